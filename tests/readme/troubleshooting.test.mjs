/**
 * docs/troubleshooting has an entry for every error code, in both languages; and each cause that it names leads, in the
 * built package, to the code and to a message that begins as its table says.
 */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import test from 'node:test'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'
import { textOf } from './documents.mjs'

const LANGUAGES = {
  'docs/troubleshooting.md': ['**Causes.**', '**What to do.**'],
  'docs/troubleshooting.zh-CN.md': ['**原因**：', '**怎么办**：']
}
const codes = [...textOf('js/error-codes.ts').matchAll(/^ {2}\| '(ERR_\w+)'$/gm)].map(([, code]) => code)

for (const [document, parts] of Object.entries(LANGUAGES)) {
  test(`${document} says for each error code what causes it, and what to do`, () => {
    const [, ...sections] = textOf(document).split(/^## /m)
    const entries = new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]))
    const named = [...entries.keys()].filter((title) => title.startsWith('ERR_'))
    assert.ok(codes.length > 10)
    assert.deepEqual(named, codes)
    for (const code of codes) {
      for (const part of parts) assert.ok(entries.get(code).includes(part), `${code}: ${part}`)
    }
  })
}

const require = createRequire(import.meta.url)
const { createServer, createWx, resetModules } = require(join(PACKAGE_FOLDER, 'testing'))

const ORIGIN = 'https://api.example.com'
const MAGIC = 'F2C224D4-2BCE-4C64-AF9F-A6D872000D1A'
const hang = { kind: 'hang' }
const fails = (errMsg) => ({ kind: 'fail', errMsg })
const after = (ms, act) => void setTimeout(act, ms)

/** What the document calls a cause: the phone, the settings, and what the app does. */
const CAUSES = [
  ['ERR_INVALID_PARAMS', 'no login URL', { loginUrl: undefined }],
  ['ERR_INVALID_PARAMS', 'a URL that cannot be judged', {}, ({ user }) => user({ url: 'https://例子.com/' })],
  ['ERR_INVALID_PARAMS', 'a relative url without baseUrl', {}, ({ user }) => user({ url: '/user' })],
  [
    'ERR_WX_LOGIN_FAILED',
    'an AppID that does not fit',
    {},
    broken('login', fails('login:fail appid mismatch'))
  ],
  ['ERR_WX_LOGIN_FAILED', 'no network', {}, ({ fake, user }) => (fake.setOffline(true), user())],
  ['ERR_WX_GET_USER_INFO', 'no tap', {}, warm(({ qcloud }) => qcloud.getUserProfile({ desc: '头像' }))],
  [
    'ERR_WX_GET_USER_INFO',
    'wx.getUserInfo fails',
    {},
    broken('getUserInfo', fails('getUserInfo:fail'), 'getUserInfo')
  ],
  ['ERR_LOGIN_TIMEOUT', 'wx.login hangs', {}, broken('login', hang)],
  ['ERR_LOGIN_TIMEOUT', 'the login request hangs', {}, broken('request', hang)],
  ['ERR_LOGIN_TIMEOUT', 'the user data hangs', { loginMode: 'code+userInfo' }, broken('getUserInfo', hang)],
  ['ERR_LOGIN_FAILED', 'no answer', {}, broken('request', fails('request:fail url not in domain list'))],
  ['ERR_LOGIN_FAILED', 'an answer outside 2xx', {}, answered('/login', { statusCode: 502 })],
  [
    'ERR_LOGIN_FAILED',
    'the server’s refusal',
    {},
    ({ fake, user }) => ((fake.server.refusesLogins = '40029'), user())
  ],
  ['ERR_LOGIN_FAILED', 'the server misses encrypted data', { server: { loginMode: 'code+userInfo' } }],
  ['ERR_LOGIN_MISSING_SESSION', 'another page', {}, answered('/login', { data: '<html>' })],
  ['ERR_LOGIN_MISSING_SESSION', 'wafer2', { server: { protocol: 'wafer2' } }],
  ['ERR_LOGIN_MISSING_SESSION', 'wafer', { protocol: 'wafer2' }],
  [
    'ERR_INVALID_SESSION',
    'fresh sessions refused',
    {},
    ({ fake, user }) => ((fake.server.alwaysInvalid = true), user())
  ],
  [
    'ERR_INVALID_SESSION',
    'user data of the session before',
    {},
    warm(async ({ fake, qcloud, user }) => {
      const { encryptedData, iv } = await qcloud.getUserInfo()
      fake.server.expire()
      return user({ encryptedData, iv })
    })
  ],
  [
    'ERR_CHECK_LOGIN_FAILED',
    'the server cannot check',
    {},
    warm(answered('/user', { data: { [MAGIC]: 1, error: 'ERR_CHECK_LOGIN_FAILED' } }))
  ],
  ['ERR_WASM_LOAD', 'no module', { breaks: ({ wasm }) => wasm.fault({ kind: 'reject' }) }],
  ['ERR_WASM_LOAD', 'no WebAssembly', { breaks: () => delete globalThis.WXWebAssembly }],
  [
    'ERR_ABORTED',
    'abort()',
    {},
    ({ user }) => {
      const task = user()
      after(5, () => task.abort())
      return task
    }
  ],
  ['ERR_TIMEOUT', 'wx gave up', {}, warm(broken('request', fails('request:fail timeout')))],
  ['ERR_TIMEOUT', 'wx told nothing', {}, warm(broken('request', hang))],
  [
    'ERR_NETWORK',
    'wx could not send',
    {},
    warm(broken('request', fails('request:fail ssl hand shake error')))
  ],
  ['ERR_NETWORK', 'wx’s own abort', {}, warm(broken('request', fails('request:fail abort')))],
  ...['http://api.example.com/', 'https://api.example.com:8443/', 'https://cdn.example.com/'].map((url) => [
    'ERR_UNTRUSTED_ORIGIN',
    url,
    {},
    ({ user }) => user({ url })
  ]),
  ['ERR_LOGIN_DISCARDED', 'clearSession()', {}, during(({ qcloud }) => qcloud.clearSession())],
  [
    'ERR_LOGIN_DISCARDED',
    'another login URL',
    {},
    during(({ qcloud }) => qcloud.setLoginUrl('https://b.cn/'))
  ],
  [
    'ERR_LOGIN_DISCARDED',
    'another protocol',
    {},
    during(({ qcloud }) => qcloud.configure({ protocol: 'wafer2' }))
  ],
  [
    'ERR_LOGIN_LIMIT',
    'more automatic logins than allowed',
    { maxLoginsPerMinute: 2 },
    async ({ fake, user }) => {
      fake.server.alwaysInvalid = true
      while ((await user().catch(({ type }) => type)) === 'ERR_INVALID_SESSION');
      return user()
    }
  ],
  [
    'ERR_LOGIN_LIMIT',
    'more than four logins in a second',
    { latency: 1 },
    ({ qcloud }) =>
      Array.from({ length: 5 }).reduce(
        (before) => before.then(() => qcloud.login({ force: true })),
        Promise.resolve()
      )
  ],
  ['ERR_LOGIN_UNAVAILABLE', 'single-page mode', { scene: 1154 }],
  [
    'ERR_USER_DENIED',
    'the user refused',
    { user: { denies: ['getUserProfile'] } },
    warm(({ fake, qcloud }) => fake.tap(() => qcloud.getUserProfile({ desc: '头像' })))
  ],
  [
    'ERR_USER_DENIED',
    'the privacy agreement',
    { privacy: { declared: false } },
    warm(({ fake, qcloud }) => fake.tap(() => qcloud.getUserProfile({ desc: '头像' })))
  ],
  [
    'ERR_STORAGE',
    'the storage is full',
    {},
    async ({ fake, qcloud, user }) => {
      const told = new Promise((resolve) => {
        qcloud.onEvent(
          ({ type, error }) => type === 'storage-failed' && resolve({ type: error, message: '' })
        )
      })
      fake.setStorageFull(true)
      assert.equal((await user()).statusCode, 200, 'no call fails by it')
      throw await told
    }
  ]
]

/** After a login that went well. */
function warm(act) {
  return async (app) => {
    await app.qcloud.login()
    return act(app)
  }
}
/** Where this function of wx is broken. */
function broken(api, fault, made) {
  return async (app) => {
    if (made) await app.qcloud.login()
    app.fake.fault(api, fault)
    return made ? app.qcloud[made]() : app.user()
  }
}
function answered(path, response) {
  return ({ fake, user }) => {
    fake.server.respond(path, response)
    return user()
  }
}
/** While a call waits for the login. */
function during(act) {
  return (app) => {
    after(20, () => act(app))
    return app.user()
  }
}

for (const [code, cause, choices, act = ({ user }) => user()] of CAUSES) {
  test(`${code} comes of: ${cause}`, async () => {
    const { server = {}, scene, user, privacy, latency, breaks, ...configuration } = choices
    const fake = createWx({ server: createServer(server), scene, user, privacy, latency }).install()
    try {
      resetModules()
      breaks?.(fake)
      const qcloud = require(PACKAGE_FOLDER)
      qcloud.configure({ loginUrl: `${ORIGIN}/login`, logLevel: 'silent', ...configuration })
      const call = (options) => qcloud.request({ login: true, url: `${ORIGIN}/user`, ...options })
      const error = await act({ fake, qcloud, user: call }).then(
        () => assert.fail('it succeeded'),
        (error) => error
      )
      assert.equal(error.type, code)
      const [row] = textOf('docs/troubleshooting.md')
        .split('\n')
        .filter((line) => line.startsWith(`| [\`${code}\`]`))
      const beginnings = row
        .split(' | ')[2]
        .replace(/ ?\|$/, '')
        .split('<br>')
        .map((text) => text.trim())
      assert.ok(
        beginnings.some((beginning) => error.message.startsWith(beginning)),
        error.message
      )
    } finally {
      fake.uninstall()
    }
  })
}

test('each code has a cause that was tried', () => {
  assert.deepEqual([...new Set(CAUSES.map(([code]) => code))], codes)
})
