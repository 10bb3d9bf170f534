/** A configuration is taken over whole, or refused by the name of the wrong key. */
import assert from 'node:assert/strict'
import { LOGIN_URL, USER_URL, story } from '../client/stories.mjs'
import {
  assertThrowsExplained,
  assertUnharmed,
  notFunctions,
  notObjects,
  notTexts,
  revoked,
  unreadable
} from './values.mjs'

const notDurations = () => ['5', true, null, 0, -1, NaN, Infinity, 2 ** 31, Symbol('ms'), 10n, {}, []]
const notNames = () => [...notTexts().slice(1), '', 'other']
const notLists = () => [
  true,
  1,
  'https://a.example',
  Symbol('list'),
  10n,
  {},
  ['a'],
  [null],
  [5],
  revoked([])
]

/** For each key, values that it must not take. */
const wrong = {
  loginMethod: [...notNames(), 'get'],
  loginMode: notNames(),
  wasmPath: notTexts().slice(1),
  fallback: [null, ...notFunctions()],
  header: [...notObjects().filter((value) => value !== undefined), null],
  timeout: notDurations(),
  trustedOrigins: [null, ...notLists()],
  protocol: [...notNames(), { loginRequest() {} }],
  checkSession: notNames(),
  deadlines: [null, ...notObjects()],
  maxLoginsPerMinute: ['5', true, null, 0, -1, 1.5, 241, NaN, Infinity, Symbol('count'), 10n, {}],
  logLevel: notNames()
}

story('each key refuses each wrong value by name', async ({ start }) => {
  const app = start()
  for (const [key, values] of Object.entries(wrong)) {
    for (const value of values) {
      const pattern = isUnreadable(value)
        ? /^configure：读取参数时发生异常/
        : new RegExp(`^configure：${key} 应为`)
      assertThrowsExplained(app, () => app.qcloud.configure({ [key]: value }), pattern)
    }
  }
  for (const key of ['loginMs', 'checkSessionMs', 'loginRequestMs']) {
    for (const value of notDurations()) {
      const configure = () => app.qcloud.configure({ deadlines: { [key]: value } })
      assertThrowsExplained(app, configure, new RegExp(`^configure：deadlines.${key} 应为`))
    }
  }
  await assertUnharmed(app)
})

function isUnreadable(value) {
  try {
    Array.isArray(value)
    return false
  } catch {
    return true
  }
}

story('a key that does not exist is named, beside those that do', async ({ start }) => {
  const app = start()
  for (const key of ['loginURL', 'toString', 'constructor', 'hasOwnProperty', '']) {
    const configure = () => app.qcloud.configure({ [key]: 'a' })
    assertThrowsExplained(
      app,
      configure,
      new RegExp(`^configure：不认识的配置项 ${key}，可用的有 loginUrl、`)
    )
  }
  assertThrowsExplained(
    app,
    () => app.qcloud.configure({ deadlines: { requestMs: 1 } }),
    /deadlines\.requestMs/
  )
  await assertUnharmed(app)
})

story('what is no configuration is refused', async ({ start }) => {
  const app = start()
  for (const value of [undefined, null, ...notObjects()]) {
    assertThrowsExplained(app, () => app.qcloud.configure(value), /^configure 传参应为 object 类型/)
  }
  const throwing = (key) =>
    Object.defineProperty({}, key, {
      enumerable: true,
      get() {
        throw new Error('thrown by a getter')
      }
    })
  const nested = [
    { deadlines: throwing('loginMs') },
    { header: throwing('X-App') },
    { protocol: throwing('loginRequest') },
    { deadlines: revoked({}) }
  ]
  for (const value of [...Object.values(unreadable()), ...nested]) {
    assertThrowsExplained(app, () => app.qcloud.configure(value), /^configure：读取参数时发生异常/)
  }
  await assertUnharmed(app)
})

story('a configuration that is partly wrong changes nothing', async ({ start }) => {
  const app = start({ configuration: { header: { 'X-App': 'before' }, deadlines: { loginMs: 500 } } })
  const half = [
    { header: { 'X-App': 'after' }, timeout: -1 },
    { deadlines: { loginMs: 9000, checkSessionMs: 'soon' } },
    { deadlines: { loginMs: 9000 }, header: { 'X-App': 'a\nb' } },
    { loginUrl: 'https://elsewhere.example/login', trustedOrigins: revoked([]) }
  ]
  for (const options of half) assert.throws(() => app.qcloud.configure(options))
  app.fake.fault('login', { kind: 'hang', times: 1 })
  const hung = app.call()
  await app.settled([hung])
  assert.equal(hung.type, 'ERR_LOGIN_TIMEOUT')
  const [{ options }] = app.fake.calls('login')
  assert.equal(options.timeout, 500)
  await assertUnharmed(app)
  for (const { options: sent } of app.fake.calls('request')) {
    assert.equal(sent.header['X-App'], 'before')
    assert.equal([LOGIN_URL, USER_URL].includes(sent.url), true)
  }
})

story('changing the object afterwards changes nothing', async ({ start }) => {
  const configuration = { header: { 'X-App': 'before' }, trustedOrigins: ['https://files.example.com'] }
  const app = start({ configuration })
  configuration.header['X-App'] = 'after'
  configuration.trustedOrigins[0] = 'https://elsewhere.example'
  const elsewhere = app.call({ url: 'https://elsewhere.example/a' })
  await app.settled([app.call(), elsewhere])
  assert.equal(elsewhere.type, 'ERR_UNTRUSTED_ORIGIN')
  const [{ options }] = app.fake.calls('request', ({ url }) => url === USER_URL)
  assert.equal(options.header['X-App'], 'before')
})

const protocol = {
  loginRequest: (code) => ({ header: { 'X-WX-Code': code } }),
  parseLogin: ({ data }) => ({ token: Object.values(data).find(({ skey }) => skey).skey }),
  header: ({ token }) => ({ 'X-WX-Skey': token }),
  isExpired: () => false
}
const fail = () => {
  throw new Error('thrown by the protocol')
}

for (const [name, functions] of Object.entries({
  'loginRequest throws': { loginRequest: fail },
  'loginRequest answers nothing': { loginRequest: () => undefined },
  'loginRequest answers a promise': { loginRequest: async () => ({}) },
  'parseLogin throws': { parseLogin: fail },
  'parseLogin answers nothing': { parseLogin: () => null },
  'parseLogin answers text': { parseLogin: () => 'token' },
  'parseLogin answers a promise': { parseLogin: async () => ({ token: 'a' }) },
  'header throws': { header: fail },
  'header answers nothing': { header: () => undefined },
  'header answers a symbol': { header: () => ({ Authorization: Symbol('token') }) }
})) {
  story(`a protocol of one's own: where ${name}, the login fails and says so`, async ({ start }) => {
    const app = start({ configuration: { protocol: { ...protocol, ...functions } } })
    const call = app.call()
    await app.settled([call])
    assert.ok(call.value instanceof app.qcloud.LoginError, String(call.value))
    assert.match(call.type, /^ERR_LOGIN_(FAILED|MISSING_SESSION)$/)
    assert.equal(app.qcloud.getSession(), null)
    app.qcloud.configure({ protocol: 'wafer' })
    await assertUnharmed(app)
  })
}

story(
  "a protocol of one's own: where isExpired throws, the answer stands and the exception surfaces",
  async ({ start, uncaught }) => {
    const app = start({ configuration: { protocol: { ...protocol, isExpired: fail } } })
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    await app.fake.wx.nextTick(() => {})
    assert.equal(app.types().includes('crash'), false)
    app.qcloud.configure({ protocol: 'wafer' })
    await assertUnharmed(app)
    assert.deepEqual(
      uncaught.splice(0).map(({ message }) => message),
      ['thrown by the protocol']
    )
  }
)
