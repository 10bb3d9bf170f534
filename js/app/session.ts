/** The session as the app sees it: what the core announced or, before it has read the storage, what lies there. */
import {
  type AnyObject,
  assign,
  callWxSync,
  isFunction,
  isMissing,
  isObject,
  isScalar,
  keys,
  parse,
  stringify
} from '../host/wx'
import { customProtocol, settings } from './configuration'
import { WX_HEADER_ID, WX_HEADER_SKEY, WX_SESSION_MAGIC_ID } from './constants'
import { invalid, wrong } from './errors'
import { checkText } from './options'
import { keepSecret } from './secrets'

/** Where the session is stored; the key of wafer-client-sdk and its successors. */
const SESSION_KEY = 'weapp_session_' + WX_SESSION_MAGIC_ID

// State of the module: getSession() is synchronous, also where no instance of the core is.
/**
 * What the core announced last, undefined before it has read the storage: a record of `session`, `data` (the headers)
 * and `userInfo`; see `Session::into_record` in src/core/session.rs.
 */
let announced: AnyObject | undefined

/** What is announced when there is none. */
export const NO_SESSION: AnyObject = { session: null, data: {} }

export function announce(parts: AnyObject): void {
  announced = parts
  keepSecret(parts.data)
}

/** The instance is gone, and what it knew with it. */
export function forget(): void {
  announced = undefined
}

export const currentUserInfo = () => announced!.userInfo

/** Reads the storage; undefined if that is empty or fails. */
export const readStored = () => callWxSync('getStorageSync', SESSION_KEY)

/** Stores a session; answers whether that worked. */
export const store = (session: unknown) => callWxSync('setStorageSync', SESSION_KEY, session) !== null

/**
 * Deletes the stored session or, where that fails, stores an empty text in its place: what stays would log the user in
 * again at the next launch. Answers whether either worked.
 */
export const removeStored = () => callWxSync('removeStorageSync', SESSION_KEY) !== null || store('')

/** The name that is stored beside the session of a custom protocol: only a protocol of that name reads it again. */
const ownName = () => customProtocol!.name || 'custom'

/** The parts of a session that a custom protocol's `parseLogin` gave, in the form that the core expects; throws if it is none. */
export function customParts(given: unknown, userInfo?: unknown): AnyObject | undefined {
  if (!customProtocol) return undefined
  keepSecret(given)
  const skey = stringify(given)
  // As the storage gives it back: what `header` cannot make of it at the next launch, it cannot make of it now.
  const session = isObject(given) && parse(skey)
  if (!session) throw wrong('protocol', 'parseLogin()', '对象')
  const data = askProtocol(customProtocol, 'header', session)
  if (!isObject(data)) throw wrong('protocol', 'header()', '对象')
  for (const name of keys(data)) {
    // Given another server's session, a protocol makes `Bearer undefined` of it.
    if (!isScalar(data[name]) || /undefined|\[object/.test(data[name])) {
      // Throws: the header counts as an empty text. Its own value may be a secret, or a number.
      checkText('protocol', 'header().' + name, '')
    }
  }
  const known = session.userInfo || userInfo
  const stored = { protocol: ownName(), session, userInfo: known }
  return { skey, session: stored, data, userInfo: known }
}

/** The parts of a stored session, if it was this protocol that stored it. */
export function storedCustomParts(stored: any): AnyObject | undefined {
  try {
    if (stored.protocol === ownName()) return customParts(stored.session, stored.userInfo)
  } catch (error) {
    // Nothing is stored, or rubbish, or something that the protocol cannot read.
  }
  return undefined
}

/** What a function of a custom protocol answers. A promise is no answer, since the lifecycle cannot wait for it. */
export function askProtocol(protocol: AnyObject, name: string, given: unknown, userInfo?: unknown): any {
  const answer = protocol[name](given, userInfo)
  if (isObject(answer) && isFunction(answer.then)) {
    answer.then(undefined, () => {})
    throw invalid('protocol.' + name + ' 返回了 Promise：请改为同步函数')
  }
  return answer
}

/** The session in the stored value, as the core will read it (src/core/protocol.rs) once it is loaded. */
function preview(): AnyObject {
  let session = readStored()
  if (customProtocol) return storedCustomParts(session) || NO_SESSION
  try {
    const isWafer2 = settings.protocol === 'wafer2'
    if (isWafer2) {
      const { skey, time, userinfo, userInfo } = isScalar(session) ? { skey: session } : session
      const info = isMissing(userinfo) || userinfo === '' ? userInfo : userinfo
      session = { skey, userInfo: info, userinfo: info, time }
    }
    const { id, skey } = session
    if (isScalar(skey) && (isWafer2 || isScalar(id))) {
      const data: AnyObject = { [WX_HEADER_SKEY]: skey }
      if (!isWafer2) data[WX_HEADER_ID] = id
      return { session, data }
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
  const own = session && customProtocol ? session.session : session
  // A deep copy, as storage would give it back.
  return parse(stringify(own || null))
}

/** A copy of the headers that sign a request; empty without a session. */
export const buildSessionHeader = (): any => assign({}, view().data)

/** The headers that sign a request, not a copy. */
export const sessionHeader = (): AnyObject => announced!.data
