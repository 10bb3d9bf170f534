/** What the developer configured, validated. */
import { invalid } from './errors'
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
const address = (value: unknown) => isString(value) && /^https?:\/\/[^\s\\@/?#]+/i.test(value)
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
  maxLoginsPerMinute: [(value) => value > 0 && value <= 240 && value % 1 === 0, '1 到 240 的整数'],
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

/** Takes over what `options` names, all of it or, if anything is wrong, nothing. */
export function merge(options: Configuration): void {
  if (!record[0](options)) throw invalid('configure 的参数应为对象')
  const values: Loose = {}
  try {
    assignDefined(values, options)
  } catch (error) {
    throw invalid('configure：读取配置项时发生异常')
  }
  check(values, rules, '')
  const { deadlines } = values
  if (deadlines) {
    check(deadlines, deadlineRules, 'deadlines.')
    delete values.deadlines
    settings.deadlines = Object.assign({}, settings.deadlines)
    assignDefined(settings.deadlines, deadlines)
  }
  if (values.header) values.header = Object.assign({}, values.header)
  if (values.trustedOrigins) values.trustedOrigins = values.trustedOrigins.slice()
  Object.assign(settings, values)
}

/** The developer's own protocol, if one is configured. */
export function customProtocol(): CustomProtocol | undefined {
  return isObject(settings.protocol) ? (settings.protocol as CustomProtocol) : undefined
}
