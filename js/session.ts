/** The session as the app sees it: what the core announced or, before it has read the storage, what lies there. */
import { WX_HEADER_ID, WX_HEADER_SKEY, WX_SESSION_MAGIC_ID } from './constants'
import { customProtocol, settings } from './configuration'
import { type Loose, assign, isMissing, isObject, isString, tell } from './host'

/** Where the session is stored; the key of wafer-client-sdk and its successors. */
export const SESSION_KEY = 'weapp_session_' + WX_SESSION_MAGIC_ID

/**
 * What the core announced last, undefined before it has read the storage: a record of `session`, `data` (the headers)
 * and `userInfo`; see `Session::into_record` in src/core/session.rs.
 */
let announced: Loose | undefined

/** What is announced when there is none. */
export const NO_SESSION: Loose = { session: null, data: {} }

export function announce(parts: Loose): void {
  announced = parts
}

/** The instance is gone, and what it knew with it. */
export function forget(): void {
  announced = undefined
}

export const currentUserInfo = () => announced!.userInfo

/** Reads the storage; undefined if that is empty or fails. */
export const readStored = () => tell('getStorageSync', SESSION_KEY)

/** The parts of a session of a custom protocol, in the form that the core expects. */
export function customParts(session: unknown): Loose | undefined {
  if (!customProtocol || !isObject(session)) return undefined
  try {
    const data = customProtocol.header(session)
    // Somebody else's session, such as a wafer one from before a change of servers, makes no full header.
    if (Object.keys(data).every((name) => isScalar(data[name]))) {
      return { skey: JSON.stringify(session), session, data, userInfo: session.userInfo }
    }
  } catch (error) {
    // A protocol that throws knows no such session.
  }
  return undefined
}

const isScalar = (value: unknown) => (isString(value) && value !== '') || typeof value === 'number'

/** What the core will make of the stored value (src/core/protocol.rs): needed here because it loads later. */
function preview(): Loose {
  let session = readStored()
  try {
    if (customProtocol) {
      const parts = customParts(session)
      if (parts) return parts
    } else {
      const isWafer2 = settings.protocol === 'wafer2'
      if (isWafer2) {
        const { skey, time, userinfo, userInfo } = isScalar(session) ? { skey: session } : session
        const info = isMissing(userinfo) || userinfo === '' ? userInfo : userinfo
        session = { skey }
        if (info !== undefined) session.userInfo = session.userinfo = info
        if (time !== undefined) session.time = time
      }
      const { id, skey } = session
      if (isScalar(skey) && (isWafer2 || isScalar(id))) {
        const data: Loose = { [WX_HEADER_SKEY]: skey }
        if (!isWafer2) data[WX_HEADER_ID] = id
        return { session, data }
      }
    }
  } catch (error) {
    // Nothing is stored, or rubbish.
  }
  return NO_SESSION
}

const view = () => announced || preview()

/** A copy of the session, or null. */
export function getSession(): any {
  const { session } = view()
  return session && assign({}, session)
}

/** A copy of the headers that sign a request; empty without a session. */
export const buildSessionHeader = (): any => assign({}, view().data)

/** The headers that sign a request, not a copy. */
export const sessionHeader = () => announced!.data

/** Hides the session in words that came from a server. */
export function redact(words: unknown, code?: unknown): string {
  let text = String(words)
  const secrets: Loose = assign({ code }, announced && announced.data)
  for (const name in secrets) {
    const secret = secrets[name]
    if (isString(secret) && secret.length > 3) text = text.split(secret).join('***')
  }
  return text
}
