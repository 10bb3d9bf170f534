/** Names of the wafer protocols, for those who build headers by hand, and of the errors. */
import type { Loose } from './host'

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

/** The codes whose value is their name, without `ERR_`; js/index.ts documents each. */
const CODES =
  'INVALID_PARAMS WX_LOGIN_FAILED WX_GET_USER_INFO LOGIN_TIMEOUT LOGIN_FAILED INVALID_SESSION CHECK_LOGIN_FAILED WASM_LOAD ABORTED TIMEOUT NETWORK UNTRUSTED_ORIGIN LOGIN_DISCARDED LOGIN_LIMIT LOGIN_UNAVAILABLE USER_DENIED STORAGE'

/** All of them under their names. */
export const constants: Loose = {
  WX_HEADER_CODE,
  WX_HEADER_ID,
  WX_HEADER_SKEY,
  WX_HEADER_ENCRYPTED_DATA,
  WX_HEADER_IV,
  WX_SESSION_MAGIC_ID,
  ERR_LOGIN_SESSION_NOT_RECEIVED: 'ERR_LOGIN_MISSING_SESSION'
}
for (const code of CODES.split(' ')) constants['ERR_' + code] = 'ERR_' + code
