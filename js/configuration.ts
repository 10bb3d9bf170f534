/** What the developer configured, validated. */
import { asInvalid, invalid, wrong } from './errors'
import { type SortedHeaders, sortHeaders } from './headers'
import { type Loose, assign, isFunction, isObject, isRecord, isString } from './host'
import { copyOf } from './options'
import type { Configuration, CustomProtocol } from './types'

/** The configuration in force: what `configure` was given, on top of the defaults. */
export interface Settings extends Configuration {
  loginMethod: NonNullable<Configuration['loginMethod']>
  wasmPath: string
  deadlines: Required<NonNullable<Configuration['deadlines']>>
}

export const settings: Settings = {
  loginMethod: 'GET',
  wasmPath: '/miniprogram_npm/wafer-client-wasm/core.wasm.br',
  deadlines: { loginMs: 10000, checkSessionMs: 3000, loginRequestMs: 15000 }
}

/** The developer's own protocol, if one is configured. */
export let customProtocol: CustomProtocol | undefined

export const checkModes = ['launch', 'always', 'never']
export const loginModes = ['code', 'code+userInfo']
export const protocols = ['wafer', 'wafer2']
const steps = ['loginRequest', 'parseLogin', 'header', 'isExpired']

/** A test and what it wants to see. */
type Rule = [test: (value: any) => boolean, expected: string]
type Rules = { [key: string]: Rule }

const oneOf = (choices: string[]): Rule => [
  (value) => choices.indexOf(value) >= 0,
  choices.join('、') + ' 之一'
]
// Narrower than the core's rule (src/core/address.rs), so that the core takes every address that passes here.
const isAddress = (value: unknown) =>
  isString(value) && /^https?:\/\/([^\s\0-\x1f\\@%/?#:[\x7f]+|\[[\da-f:.]+])(:\d{0,5})?([/?#]|$)/i.test(value)
const address: Rule = [isAddress, 'http(s) 绝对地址']
const record: Rule = [isRecord, '对象']
const duration: Rule = [
  (value) => typeof value === 'number' && value > 0 && value < 2147483648,
  '大于 0 的毫秒数'
]
const name = oneOf(protocols)

// Without a prototype, for which `constructor` and the like would be known keys.
const rules: Rules = {
  __proto__: null as unknown as Rule,
  loginUrl: address,
  loginMethod: oneOf(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'CONNECT']),
  loginData: [() => true, ''],
  loginMode: oneOf(loginModes),
  wasmPath: [isString, '字符串'],
  fallback: [isFunction, '函数'],
  baseUrl: [(value) => value === '' || isAddress(value), address[1]],
  header: record,
  timeout: duration,
  trustedOrigins: [(value) => Array.isArray(value) && value.every(isAddress), address[1] + '的数组'],
  protocol: [
    (value) => name[0](value) || (isObject(value) && steps.every((step) => isFunction(value[step]))),
    name[1] + '，或含函数 ' + steps.join('、') + ' 的对象'
  ],
  checkSession: oneOf(checkModes),
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

/** `values` without those that are undefined; ERR_INVALID_PARAMS for the first key that is unknown or wrong. */
function checked(values: Loose, known: Rules, path: string): Loose {
  const right: Loose = {}
  for (const key in values) {
    const rule = known[key]
    const value = values[key]
    if (!rule) {
      throw invalid('configure：不认识的配置项 ' + path + key + '，可用的有 ' + Object.keys(known).join('、'))
    }
    if (value === undefined) continue
    if (!rule[0](value)) throw wrong('configure', path + key, rule[1])
    right[key] = value
  }
  return right
}

/** Takes over what `options` names, all of it or, if anything is wrong, nothing. */
export function merge(options: Configuration): void {
  let values: Loose
  try {
    values = checked(copyOf('configure', options), rules, '')
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
    throw asInvalid('configure', error)
  }
  const { protocol } = assign(settings, values)
  customProtocol = isObject(protocol) ? (protocol as CustomProtocol) : undefined
}
