/** The session as the app sees it: what the core announced or, before it has read the storage, what lies there. */
import { WX_HEADER_ID, WX_HEADER_SKEY, WX_SESSION_MAGIC_ID } from './constants'
import { customProtocol, settings } from './configuration'
import { type Loose, isObject, isString, tell } from './host'

/** Where the session is stored; the key of wafer-client-sdk and its successors. */
export const SESSION_KEY = 'weapp_session_' + WX_SESSION_MAGIC_ID

/**
 * What the core announced last, undefined before it has read the storage: a record of `session`, `data` (the headers)
 * and `userInfo`; see `Session::into_record` in src/core/session.rs.
 */
let announced: Loose | undefined

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
  const protocol = customProtocol()
  if (!protocol || !isObject(session)) return undefined
  try {
    const header = protocol.header(session)
    // Somebody else's session, such as a wafer one from before a change of servers, makes no full header.
    if (!Object.keys(header).every((name) => isScalar(header[name]))) return undefined
    return { skey: JSON.stringify(session), session, data: header, userInfo: session.userInfo }
  } catch (error) {
    return undefined
  }
}

const isScalar = (value: unknown) => (isString(value) && value !== '') || typeof value === 'number'

/** What the core will make of the stored value (src/core/protocol.rs): needed here because it loads later. */
function preview(): Loose {
  const none: Loose = { session: null, data: {} }
  let stored: any = readStored()
  try {
    if (customProtocol()) {
      return customParts(stored) || none
    }
    const { protocol } = settings
    if (protocol === 'wafer2') {
      if (isScalar(stored)) stored = { skey: stored }
      if (!isObject(stored) || !isScalar(stored.skey)) return none
      const { skey, time, userinfo } = stored
      const info = userinfo === undefined || userinfo === null || userinfo === '' ? stored.userInfo : userinfo
      const session: Loose = { skey }
      if (info !== undefined) session.userInfo = session.userinfo = info
      if (time !== undefined) session.time = time
      return { session, data: { [WX_HEADER_SKEY]: skey } }
    }
    return isObject(stored) && isScalar(stored.id) && isScalar(stored.skey)
      ? { session: stored, data: { [WX_HEADER_ID]: stored.id, [WX_HEADER_SKEY]: stored.skey } }
      : none
  } catch (error) {
    return none
  }
}

const view = () => announced || preview()

/** A copy of the session, or null. */
export function getSession(): any {
  const { session } = view()
  return session && Object.assign({}, session)
}

/** A copy of the headers that sign a request; empty without a session. */
export const buildSessionHeader = (): any => Object.assign({}, view().data)

/** The headers that sign a request, not a copy. */
export const sessionHeader = () => announced!.data

/** Hides the session in words that came from a server. */
export function redact(words: unknown, code?: unknown): string {
  let text = String(words)
  const header = announced ? announced.data : {}
  for (const secret of Object.keys(header)
    .map((name) => header[name])
    .concat(code)) {
    if (isString(secret) && secret.length > 3) text = text.split(secret).join('***')
  }
  return text
}
