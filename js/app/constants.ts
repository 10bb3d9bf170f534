/** Names of the wafer protocols, for those who build headers by hand, and of the errors. */
import { ERROR_NAMES } from '../codes'
import type { AnyObject } from '../host/wx'

/** The header that carries the code of `wx.login` at login. */
export const WX_HEADER_CODE = 'X-WX-Code'
/** The header that carries the session's id. */
export const WX_HEADER_ID = 'X-WX-Id'
/** The header that carries the session's key. */
export const WX_HEADER_SKEY = 'X-WX-Skey'
/** The header that carries `encryptedData` of `wx.getUserInfo`. */
export const WX_HEADER_ENCRYPTED_DATA = 'X-WX-Encrypted-Data'
/** The header that carries the `iv` that belongs to `encryptedData`. */
export const WX_HEADER_IV = 'X-WX-IV'

/** Marks a body as written by a wafer server SDK. */
export const WX_SESSION_MAGIC_ID = 'F2C224D4-2BCE-4C64-AF9F-A6D872000D1A'

function underTheirNames(): AnyObject {
  const all: AnyObject = {
    WX_HEADER_CODE,
    WX_HEADER_ID,
    WX_HEADER_SKEY,
    WX_HEADER_ENCRYPTED_DATA,
    WX_HEADER_IV,
    WX_SESSION_MAGIC_ID,
    ERR_LOGIN_SESSION_NOT_RECEIVED: 'ERR_LOGIN_MISSING_SESSION'
  }
  for (const name of ERROR_NAMES.split(' ')) all['ERR_' + name] = 'ERR_' + name
  return all
}

/** All of them under their names. A bundler leaves them out of an app that does not ask for them. */
export const constants = /*@__PURE__*/ underTheirNames()
