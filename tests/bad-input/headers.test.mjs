/** Headers that would break a request, or smuggle one in. */
import assert from 'node:assert/strict'
import { USER_URL, story } from '../client/stories.mjs'
import { assertExplained, assertThrowsExplained, assertUnharmed, revoked } from './values.mjs'

const smuggling = [
  { 'X-Trace': 'a\r\nX-WX-Skey: b' },
  { 'X-Trace': 'a\nb' },
  { 'X-Trace': 'a\rb' },
  { 'X-Trace\r\nX-WX-Skey': 'a' },
  { 'X-Trace': ['a\r\nb'] },
  { 'X-Trace': { toString: () => 'a\r\nb' } },
  { 'X-WX-Encrypted-Data': 'a\r\nb', 'X-WX-IV': 'c' },
  { 'x-wx-skey': 'a\r\nb' }
]

story('a line break in a header is refused by the name of the header', async ({ start }) => {
  const app = start()
  await assertUnharmed(app)
  app.fake.resetLog()
  const calls = smuggling.map((header) => app.call({ header }))
  calls.push(app.call({ encryptedData: 'a\r\nb', iv: 'c' }), app.call({ encryptedData: 'a', iv: 'b\nc' }))
  await app.settled(calls)
  for (const { value } of calls) assertExplained(app, value, /^请求头 X-[\w-]+ 不能含有换行符$/i)
  assert.equal(app.fake.count('request'), 0)
  for (const header of smuggling) {
    assertThrowsExplained(app, () => app.qcloud.configure({ header }), /^请求头 X-[\w-]+ 不能含有换行符$/i)
  }
  await assertUnharmed(app)
})

story('headers that are no object, or cannot be read, are refused', async ({ start }) => {
  const app = start()
  for (const header of [true, 1, 'X-Trace: 1', Symbol('header'), 10n, [], ['X-Trace']]) {
    const call = app.call({ header })
    await app.settled([call])
    assertExplained(app, call.value, /^request：header 应为对象/)
    assertThrowsExplained(app, () => app.qcloud.configure({ header }), /^configure：header 应为对象/)
  }
  const unreadable = [
    { 'X-Trace': Symbol('value') },
    { 'X-Trace': Object.create(null) },
    revoked({}),
    {
      get 'X-Trace'() {
        throw new Error('thrown by a getter')
      }
    }
  ]
  for (const header of unreadable) {
    const call = app.call({ header })
    await app.settled([call])
    assertExplained(app, call.value, /^request：读取参数时发生异常/)
    assertThrowsExplained(app, () => app.qcloud.configure({ header }), /^configure：读取参数时发生异常/)
  }
  await assertUnharmed(app)
})

story('what is undefined or null is not sent as text', async ({ start }) => {
  const app = start({ configuration: { header: { 'X-App': 'demo', 'X-Gone': null } } })
  await app.settled([
    app.call({ header: { 'X-Trace': undefined, 'X-Count': 0, 'X-Empty': '', 'x-app': null } })
  ])
  const [{ options }] = app.fake.calls('request', ({ url }) => url === USER_URL)
  const { 'X-WX-Id': id, 'X-WX-Skey': skey, ...others } = app.copy(options.header)
  assert.deepEqual(others, { 'X-App': 'demo', 'X-Count': 0, 'X-Empty': '' })
  assert.ok(id && skey)
})

story('a configured header cannot bring a session to the login URL', async ({ start }) => {
  const app = start({ configuration: { header: { 'x-wx-id': 'mine', 'X-WX-SKEY': 'mine' } } })
  await assertUnharmed(app)
  for (const { options } of app.fake.calls('request')) {
    for (const name of Object.keys(options.header)) assert.notEqual(options.header[name], 'mine')
  }
})

story('headers that are huge or have odd names harm nothing', async ({ start }) => {
  const app = start()
  const header = JSON.parse('{"__proto__": "a", "constructor": "b", "toString": "c"}')
  await app.settled([app.call({ header }), app.call({ header: { 'X-Huge': 'x'.repeat(2_000_000) } })])
  await assertUnharmed(app)
})

story(
  'user data put in by hand is known by any spelling, and not sent again after a login',
  async ({ startWarm }) => {
    const app = await startWarm()
    app.server.expire()
    const call = app.call({ header: { 'x-wx-encrypted-data': 'ZGF0YQ==', 'X-Wx-Iv': 'aXY=' } })
    await app.settled([call])
    assert.equal(call.type, 'ERR_INVALID_SESSION')
    assert.match(call.value.message, /加密数据/)
    assert.equal(app.fake.calls('request', ({ url }) => url === USER_URL).length, 1)
    await assertUnharmed(app)
  }
)
