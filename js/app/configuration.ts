/** What the developer configured, validated. */
import { CHECK_MODES, LOGIN_MODES, PROTOCOLS } from '../codes'
import {
  type AnyObject,
  assign,
  isFunction,
  isNumber,
  isObject,
  isRecord,
  isString,
  keys,
  useHost
} from '../host/wx'
import type { Configuration, CustomProtocol } from '../types'
import { asInvalid, invalid, wrong } from './errors'
import { type SortedHeaders, sortHeaders } from './headers'
import { copyOf } from './options'

/** The configuration in force: what `configure` was given, on top of the defaults. */
export interface Settings extends Configuration {
  loginMethod: NonNullable<Configuration['loginMethod']>
  wasmPath: string
  checkSession: NonNullable<Configuration['checkSession']>
  loginMode: NonNullable<Configuration['loginMode']>
  protocol: NonNullable<Configuration['protocol']>
  trustedOrigins: string[]
  maxLoginsPerMinute: number
  deadlines: Required<NonNullable<Configuration['deadlines']>>
}

// State of the module, since there is one configuration for the app.
export const settings: Settings = {
  loginMethod: 'GET',
  checkSession: CHECK_MODES[0],
  loginMode: LOGIN_MODES[0],
  protocol: PROTOCOLS[0],
  trustedOrigins: [],
  maxLoginsPerMinute: 5,
  wasmPath: '/miniprogram_npm/wafer-client-wasm/core.wasm.br',
  header: undefined,
  timeout: undefined,
  baseUrl: undefined,
  deadlines: { loginMs: 10000, checkSessionMs: 3000, loginRequestMs: 15000 }
}

/** The developer's own protocol, if one is configured. */
export let customProtocol: CustomProtocol | undefined
/** The number under which the core knows the protocol: each of the developer's own gets a new one. */
export let protocolNumber = 0
let lastOwnNumber = PROTOCOLS.length - 1

const steps = ['loginRequest', 'parseLogin', 'header', 'isExpired']

const API = 'configure'

/** A test and what it wants to see. */
type Rule = [test: (value: any) => boolean, expected: string]
type Rules = { [key: string]: Rule }

const oneOf = (choices: readonly string[]): Rule => [
  (value) => choices.indexOf(value) >= 0,
  choices.join('、') + ' 之一'
]
// The grammar of the core (src/core/address.rs), which is not there yet when an app begins with setLoginUrl;
// tests/client/addresses.test.mjs holds the two to each other over generated addresses.
const isAddress = (value: unknown) => {
  const parts = isString(value) && ADDRESS.exec(value)
  if (!parts) return false
  // The last group.
  const port = parts.pop()
  return !port || (+port > 0 && +port < 65536)
}
const ADDRESS =
  /^https?:\/\/(([\w.-]*\.)?[a-z_-][\w-]*\.*|(?!\.)(\.?\b(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\b){4}|\[[\da-f:]+])(:(\d*))?(?![^/?#])/i
const address: Rule = [isAddress, 'http(s) 绝对地址']
const record: Rule = [isRecord, '对象']
const duration: Rule = [(value) => isNumber(value) && value > 0 && value < 2147483648, '大于 0 的毫秒数']
const name = oneOf(PROTOCOLS)

// No prototype: with one, `constructor` and the like would be known keys.
const rules: Rules = {
  __proto__: null as unknown as Rule,
  loginUrl: address,
  loginMethod: oneOf(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'CONNECT']),
  loginData: [() => true, ''],
  loginMode: oneOf(LOGIN_MODES),
  wasmPath: [isString, '字符串'],
  fallback: [isFunction, '函数'],
  host: [(value) => isObject(value) || isFunction(value), '与 wx 有相同函数的对象'],
  baseUrl: [(value) => value === '' || isAddress(value), address[1]],
  header: record,
  timeout: duration,
  trustedOrigins: [(value) => Array.isArray(value) && value.every(isAddress), address[1] + '的数组'],
  protocol: [
    (value) => name[0](value) || (isObject(value) && steps.every((step) => isFunction(value[step]))),
    name[1] + '，或含函数 ' + steps.join('、') + ' 的对象'
  ],
  checkSession: oneOf(CHECK_MODES),
  deadlines: record,
  maxLoginsPerMinute: [(value) => Number.isInteger(value) && value > 0 && value <= 240, '1 到 240 的整数'],
  logLevel: oneOf(['silent', 'error', 'debug'])
}
const deadlineRules: Rules = {
  __proto__: null as unknown as Rule,
  loginMs: duration,
  checkSessionMs: duration,
  loginRequestMs: duration
}

// Own keys only: an app or a polyfill may have added to Object.prototype.
/** `values` without those that are undefined; ERR_INVALID_PARAMS for the first key that is unknown or wrong. */
function checked(values: AnyObject, known: Rules, path: string): AnyObject {
  const right: AnyObject = {}
  for (const key of keys(values)) {
    const rule = known[key]
    const value = values[key]
    if (!rule) {
      throw invalid(API + '：不认识的配置项 ' + path + key + '，可用的有 ' + keys(known).join('、'))
    }
    if (value === undefined) continue
    if (!rule[0](value)) throw wrong(API, path + key, rule[1])
    right[key] = value
  }
  return right
}

/**
 * Tells one custom protocol from another by its source. Apps that configure the same one anew, as a literal, keep the
 * session.
 */
const identityOf = (protocol: AnyObject | undefined) =>
  protocol && protocol.name + steps.map((step) => protocol[step])

/** Takes over what `options` names, all of it or, if anything is wrong, nothing. */
export function merge(options: Configuration): void {
  let values: AnyObject
  try {
    values = checked(copyOf(API, options), rules, '')
    const { deadlines, header, trustedOrigins } = values
    // Copies, out of the app's reach.
    if (deadlines) {
      const named = checked(deadlines, deadlineRules, 'deadlines.')
      values.deadlines = assign({}, settings.deadlines, named)
    }
    if (header) {
      const sorted: SortedHeaders = {}
      sortHeaders(header, sorted)
      values.header = sorted.header_
    }
    if (trustedOrigins) values.trustedOrigins = trustedOrigins.slice()
  } catch (error) {
    throw asInvalid(API, error)
  }
  const before = identityOf(customProtocol)
  const { protocol, host } = assign(settings, values)
  useHost(host)
  customProtocol = isObject(protocol) ? (protocol as CustomProtocol) : undefined
  if (!customProtocol) protocolNumber = PROTOCOLS.indexOf(protocol as 'wafer')
  else if (identityOf(customProtocol) !== before) protocolNumber = ++lastOwnNumber
}
