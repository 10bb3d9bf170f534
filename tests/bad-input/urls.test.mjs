/** Addresses that are none, or that different parsers would read differently. */
import assert from 'node:assert/strict'
import { LOGIN_URL, ORIGIN, story } from '../client/stories.mjs'
import { assertExplained, assertThrowsExplained, assertUnharmed, notTexts } from './values.mjs'

/** Nothing may be sent there, with baseUrl or without. */
const neverSent = [
  'javascript:alert(1)',
  'data:text/plain,a',
  'about:blank',
  'ftp://api.example.com/user',
  'wxfile://usr/user',
  'https:/api.example.com/user',
  'https:api.example.com/user',
  'https://',
  'http://?user',
  'https:///user',
  'https://user:pass@api.example.com/user',
  'https://api.example.com@elsewhere.example/user',
  'https://api.example.com\\@elsewhere.example/user',
  'https://api.example.com\\user',
  'https:\\\\api.example.com\\user',
  'https://api.example.com:99999999/user',
  'https://api.example.com:port/user',
  'https://api.exa mple.com/user',
  'https://api.example.com\r\n/user',
  'https://api.example.com\u0000/user',
  'https://api%2eexample.com/user',
  'https://[::1/user'
]

/** Relative or malformed: refused without baseUrl. */
const notAbsolute = [
  '//api.example.com/user',
  '/user',
  'user',
  '?id=1',
  '\\\\api.example.com\\user',
  ` ${ORIGIN}/user`
]

for (const api of ['request', 'uploadFile', 'downloadFile']) {
  story(`${api}: an address that is none is refused, and nothing is sent`, async ({ start }) => {
    const app = start()
    const options = { login: true, filePath: 'wxfile://a', name: 'a' }
    const call = (url) => app.note((callbacks) => app.qcloud[api]({ ...options, url, ...callbacks }))
    for (const url of [...notTexts(), '']) {
      const refused = call(url)
      await app.settled([refused])
      assertExplained(app, refused.value, new RegExp(`^${api}：url 应为非空字符串`))
    }
    for (const url of [...neverSent, ...notAbsolute]) {
      const refused = call(url)
      await app.settled([refused])
      assertExplained(app, refused.value, /^请求地址无效：url 应为/)
    }
    assert.equal(app.fake.count(api) + app.fake.count('login'), 0)
    await assertUnharmed(app)
  })
}

story('a relative address stays on baseUrl, however it is written', async ({ start, clock }) => {
  const app = start({ configuration: { baseUrl: ORIGIN } })
  const calls = neverSent.filter((url) => /^[a-z]+:/.test(url)).map((url) => app.call({ url }))
  await app.settled(calls)
  for (const { value } of calls) assertExplained(app, value, /^请求地址无效/)
  assert.equal(app.fake.count('request'), 0)
  for (const url of notAbsolute) {
    app.qcloud.request({ url })
    await clock.runUntilIdle()
  }
  for (const { options } of app.fake.calls('request')) assert.equal(options.url.indexOf(`${ORIGIN}/`), 0)
  await assertUnharmed(app)
})

story('a login URL that is none is refused at once, and the one before stays', async ({ start }) => {
  const app = start()
  for (const url of [...notTexts(), '', ...neverSent, ...notAbsolute]) {
    assertThrowsExplained(app, () => app.qcloud.setLoginUrl(url), /loginUrl 应为 ?http\(s\) 绝对地址/)
    if (url === undefined) continue
    assertThrowsExplained(app, () => app.qcloud.configure({ loginUrl: url }), /^configure：loginUrl 应为/)
    assertThrowsExplained(app, () => app.qcloud.configure({ trustedOrigins: [url] }), /trustedOrigins 应为/)
    if (url !== '') assertThrowsExplained(app, () => app.qcloud.configure({ baseUrl: url }), /baseUrl 应为/)
  }
  await assertUnharmed(app)
  assert.deepEqual(
    app.fake.calls('request', ({ url }) => url === LOGIN_URL).length,
    1,
    'the login went where it was to go'
  )
})

story('addresses that look odd and are good pass', async ({ start }) => {
  const app = start()
  for (const url of [
    'HTTPS://API.example.com/login',
    'http://localhost:8080',
    'https://[::1]:8443/login',
    'https://xn--fiq228c.example/中文?b#c'
  ]) {
    app.qcloud.setLoginUrl(url)
    app.qcloud.configure({ baseUrl: url, trustedOrigins: [url] })
  }
  app.qcloud.configure({ loginUrl: LOGIN_URL, baseUrl: '', trustedOrigins: [] })
  await assertUnharmed(app)
})

story('an address of megabytes costs no memory', { needs: 'wasm' }, async ({ start }) => {
  const app = start()
  await assertUnharmed(app)
  const memory = Object.values(app.wasm.instances[0].exports).find(({ buffer }) => buffer)
  const before = memory.buffer.byteLength
  const long = 'x'.repeat(3_000_000)
  const urls = [
    `${LOGIN_URL}${long}`,
    `${LOGIN_URL}?${long}`,
    `${ORIGIN}?${long}`,
    `${ORIGIN}/${long}`,
    `https://${long}/`
  ]
  await app.settled(urls.map((url) => app.call({ url })))
  assert.equal(memory.buffer.byteLength, before)
  const toLogin = app.fake.calls('request', ({ url }) => url === urls[1])
  assert.equal(
    toLogin.every(({ options }) => !('X-WX-Skey' in options.header)),
    true
  )
  await assertUnharmed(app)
})
