/** Options that are not options, or unusual ones that are. */
import assert from 'node:assert/strict'
import { ORIGIN, USER_URL, story } from '../client/stories.mjs'
import {
  assertExplained,
  assertThrowsExplained,
  assertUnharmed,
  notObjects,
  notTexts,
  unreadable
} from './values.mjs'

const transfers = ['request', 'uploadFile', 'downloadFile']
const everyApi = [...transfers, 'login', 'getUserInfo', 'getUserProfile']

story('options that are no object are refused at once, with their type', async ({ start }) => {
  const app = start()
  for (const api of everyApi) {
    for (const value of notObjects()) {
      const kind = Array.isArray(value) ? 'array' : typeof value
      assertThrowsExplained(app, () => app.qcloud[api](value), new RegExp(`^${api} 传参应为 object.*${kind}`))
    }
  }
  for (const api of [...transfers, 'getUserProfile']) {
    assertThrowsExplained(app, () => app.qcloud[api](), new RegExp(`^${api} .*undefined`))
    assertThrowsExplained(app, () => app.qcloud[api](null), new RegExp(`^${api} .*null`))
  }
  assert.equal(app.fake.count('request') + app.fake.count('login'), 0)
  await assertUnharmed(app)
})

story('options that cannot be read are refused at once, with what was thrown', async ({ start }) => {
  const app = start()
  for (const api of everyApi) {
    for (const options of Object.values(unreadable())) {
      assertThrowsExplained(app, () => app.qcloud[api](options), new RegExp(`^${api}：读取参数时发生异常`))
    }
  }
  try {
    app.qcloud.request(unreadable()['a getter that throws'])
  } catch (error) {
    assert.equal(error.detail.message, 'thrown by a getter')
  }
  await assertUnharmed(app)
})

story('login and getUserInfo need no options, and null is none', async ({ start, clock }) => {
  const { qcloud } = start()
  for (const api of ['login', 'getUserInfo']) {
    assert.equal(typeof (await clock.until(qcloud[api]())), 'object')
    assert.equal(typeof (await clock.until(qcloud[api](null))), 'object')
  }
})

story('unusual options are as good as plain ones', async ({ start, clock }) => {
  const app = start()
  const plain = { login: true, url: USER_URL, data: { a: 1 }, header: { 'X-Trace': '1' } }
  class Options {
    constructor() {
      Object.assign(this, plain)
    }
  }
  const unusual = {
    'without a prototype': Object.assign(Object.create(null), plain, {
      header: Object.assign(Object.create(null), plain.header)
    }),
    frozen: Object.freeze({ ...plain, header: Object.freeze(plain.header), data: Object.freeze(plain.data) }),
    'an instance of a class': new Options(),
    'a proxy': new Proxy(plain, {}),
    'with getters': Object.defineProperty({ ...plain }, 'url', { get: () => USER_URL, enumerable: true }),
    thenable: { ...plain, then: () => assert.fail('options are not awaited') },
    'callbacks that are null': { ...plain, success: null, fail: undefined, complete: null },
    'with a symbol for a key': { ...plain, [Symbol('mine')]: 1 }
  }
  for (const [name, options] of Object.entries(unusual)) {
    const before = Object.keys(options)
    const { statusCode } = await clock.until(app.qcloud.request(options))
    assert.equal(statusCode, 200, name)
    const [sent] = app.fake.calls('request', ({ url }) => url === USER_URL).slice(-1)
    assert.equal(sent.options.header['X-Trace'], '1', name)
    assert.deepEqual(app.copy(sent.options.data), { a: 1 }, name)
    assert.deepEqual(Object.keys(options), before, `${name}: the caller's object was changed`)
  }
})

story('a getter is read once', async ({ start }) => {
  const app = start()
  let reads = 0
  const options = {
    get url() {
      reads += 1
      return reads === 1 ? USER_URL : 'https://elsewhere.example/'
    }
  }
  await app.settled([
    app.note((callbacks) => app.qcloud.request(Object.defineProperties(options, onlyValues(callbacks))))
  ])
  assert.equal(reads, 1)
  assert.deepEqual(
    app.fake.calls('request').map(({ options: { url } }) => url),
    [USER_URL]
  )
})

const onlyValues = (object) => Object.getOwnPropertyDescriptors(object)

story('a promise or a task in place of options is refused by what it lacks', async ({ start, clock }) => {
  const app = start()
  const task = app.qcloud.request({ url: USER_URL })
  for (const value of [
    Promise.resolve({ url: USER_URL }),
    task,
    new Date(0),
    new Map(),
    /a/,
    new Error('a')
  ]) {
    await assert.rejects(clock.until(app.qcloud.request(value)), (error) => {
      assertExplained(app, error, /^request：url 应为非空字符串/)
      return true
    })
  }
  await assertUnharmed(app)
})

story('a request without an address is refused, warm and cold, with baseUrl and without', async (context) => {
  const { start, startWarm, clock } = context
  for (const app of [start(), await startWarm()]) {
    for (const baseUrl of ['', ORIGIN]) {
      app.qcloud.configure({ baseUrl })
      for (const login of [true, false]) {
        for (const url of [undefined, null, '', 7, {}]) {
          await assert.rejects(clock.until(app.qcloud.request({ login, url })), (error) => {
            assertExplained(app, error, /^request：url 应为非空字符串/)
            return true
          })
        }
      }
    }
    app.qcloud.configure({ baseUrl: '' })
    await assertUnharmed(app)
  }
})

story('getUserProfile needs a purpose in words', async ({ start }) => {
  const app = start()
  for (const desc of [...notTexts(), '']) {
    assertThrowsExplained(
      app,
      () => app.qcloud.getUserProfile({ desc }),
      /^getUserProfile：desc 应为非空字符串/
    )
  }
  await assertUnharmed(app)
})

story('a timeout that is none leaves the guard as it is', async ({ start }) => {
  const app = start()
  await assertUnharmed(app)
  for (const timeout of [
    NaN,
    Infinity,
    -Infinity,
    -1,
    0,
    1e300,
    '5000',
    true,
    null,
    10n,
    Symbol('ms'),
    {},
    []
  ]) {
    const call = app.call({ timeout })
    await app.settled([call])
    /* What wx itself makes of the value is wx's business. */
    assert.ok(
      ['ERR_TIMEOUT', 'ERR_NETWORK', undefined].includes(call.type),
      `${String(timeout)}: ${call.type}`
    )
  }
  await assertUnharmed(app)
})

story('data that cannot be sent fails the call with what wx threw', async ({ start, uncaught }) => {
  const app = start()
  const cyclic = {}
  cyclic.self = cyclic
  for (const data of [cyclic, { id: 10n }]) {
    const call = app.call({ method: 'POST', data })
    await app.settled([call])
    assert.equal(call.type, 'ERR_NETWORK')
    assert.match(call.value.errMsg, /^request:fail/)
    /* The fake reports the exception of its JSON, too. */
    assert.match(String(uncaught.pop()), /TypeError/)
  }
  app.fake.fault('request', { kind: 'throw', error: new TypeError('cannot serialise'), times: 1 })
  const thrown = app.call()
  await app.settled([thrown])
  assert.equal(thrown.type, 'ERR_NETWORK')
  assert.match(thrown.value.message, /cannot serialise/)
  await assertUnharmed(app)
})

story('user data comes whole or not at all', async ({ start }) => {
  const app = start()
  await assertUnharmed(app)
  app.fake.resetLog()
  const calls = []
  for (const value of [true, 1, Symbol('data'), 10n, {}, []]) {
    calls.push(
      app.call({ encryptedData: value, iv: 'aXY=' }),
      app.call({ encryptedData: 'ZGF0YQ==', iv: value })
    )
  }
  calls.push(app.call({ encryptedData: 'ZGF0YQ==' }), app.call({ iv: 'aXY=' }))
  await app.settled(calls)
  for (const { value } of calls) assertExplained(app, value, /^request：encryptedData 与 iv 应为字符串/)
  assert.equal(app.fake.count('request'), 0)
  await assertUnharmed(app)
})
