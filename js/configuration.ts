/** What the developer configured, validated. */
import { asInvalid, invalid } from './errors'
import { callerHeaders } from './headers'
import { type Loose, isFunction, isObject, isString } from './host'
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

/** A test and what it wants to see. */
type Rule = [(value: any) => boolean, string]

const anything: Rule = [() => true, '']
const text: Rule = [isString, '字符串']
const callable: Rule = [isFunction, '函数']
const record: Rule = [(value) => isObject(value) && !Array.isArray(value) && !isFunction(value), '对象']
// Narrower than the core's rule (src/core/origin.rs), so that the core takes every address that passes here.
const address = (value: unknown) =>
  isString(value) && /^https?:\/\/([^\s\0-\x1f\\@%/?#:[\x7f]+|\[[\da-f:.]+])(:\d{0,5})?([/?#]|$)/i.test(value)
const url: Rule = [address, 'http(s) 绝对地址']
const duration: Rule = [
  (value) => typeof value === 'number' && value > 0 && value < 2147483648,
  '大于 0 的毫秒数'
]
const oneOf = (...choices: string[]): Rule => [
  (value) => choices.indexOf(value) >= 0,
  "'" + choices.join("'、'") + "' 之一"
]

export const checkModes = ['launch', 'always', 'never']
export const loginModes = ['code', 'code+userInfo']
export const protocols = ['wafer', 'wafer2']
const steps = ['loginRequest', 'parseLogin', 'header', 'isExpired']

const rules: { [key: string]: Rule } = {
  loginUrl: url,
  loginMethod: oneOf('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'CONNECT'),
  loginData: anything,
  loginMode: oneOf(...loginModes),
  wasmPath: text,
  fallback: callable,
  baseUrl: [(value) => value === '' || address(value), url[1]],
  header: record,
  timeout: duration,
  trustedOrigins: [(value) => Array.isArray(value) && value.every(address), 'http(s) 来源的数组'],
  protocol: [
    (value) =>
      protocols.indexOf(value) >= 0 || (isObject(value) && steps.every((step) => isFunction(value[step]))),
    "'" + protocols.join("'、'") + "' 或含有 " + steps.join('、') + ' 四个函数的对象'
  ],
  checkSession: oneOf(...checkModes),
  deadlines: record,
  maxLoginsPerMinute: [(value) => Number.isInteger(value) && value > 0 && value <= 240, '1 到 240 的整数'],
  logLevel: oneOf('silent', 'error', 'debug')
}
const deadlineRules: { [key: string]: Rule } = {
  loginMs: duration,
  checkSessionMs: duration,
  loginRequestMs: duration
}

/** Throws ERR_INVALID_PARAMS for the first key that is unknown or has a wrong value. */
function check(values: Loose, known: { [key: string]: Rule }, path: string): void {
  for (const key in values) {
    const rule = Object.prototype.hasOwnProperty.call(known, key) ? known[key] : undefined
    if (!rule) {
      throw invalid('configure：不认识的配置项 ' + path + key + '，可用的有 ' + Object.keys(known).join('、'))
    }
    if (values[key] !== undefined && !rule[0](values[key])) {
      throw invalid('configure：' + path + key + ' 应为' + rule[1])
    }
  }
}

function assignDefined(target: Loose, values: Loose): void {
  for (const key in values) if (values[key] !== undefined) target[key] = values[key]
}

/** A checked copy of what `options` names, out of the app's reach. */
function copyOf(options: Configuration): Loose {
  const values: Loose = {}
  assignDefined(values, options)
  check(values, rules, '')
  const { deadlines, header, trustedOrigins } = values
  if (deadlines) {
    values.deadlines = Object.assign({}, deadlines)
    check(values.deadlines, deadlineRules, 'deadlines.')
  }
  if (header) values.header = callerHeaders(header, {})
  if (trustedOrigins) values.trustedOrigins = trustedOrigins.slice()
  return values
}

/** Takes over what `options` names, all of it or, if anything is wrong, nothing. */
export function merge(options: Configuration): void {
  let values: Loose
  try {
    if (!record[0](options)) throw invalid('configure 的参数应为对象')
    values = copyOf(options)
  } catch (error) {
    throw asInvalid('configure', error)
  }
  const { deadlines } = settings
  Object.assign(settings, values, { deadlines: Object.assign({}, deadlines) })
  assignDefined(settings.deadlines, values.deadlines)
}

/** The developer's own protocol, if one is configured. */
export function customProtocol(): CustomProtocol | undefined {
  return isObject(settings.protocol) ? (settings.protocol as CustomProtocol) : undefined
}
