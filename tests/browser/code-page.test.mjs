import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { stories } from './stories.mjs'

const demo = new URL('../../miniprogram-demo/', import.meta.url)
const require = createRequire(import.meta.url)
const { code: words } = require(new URL('demo/words/zh.js', demo).pathname)
const flows = require(new URL('pages/code/flows.js', demo).pathname)(words.literals)
const sdk = await readFile(new URL('miniprogram_npm/wafer-client-wasm/index.js', demo), 'utf8')

/**
 * Runs a flow's code, as it is on the page but for the address of the server, with a copy of the SDK of its own in
 * the page of the browser. Answers what `act` makes of it.
 */
function run(phone, id, act = () => undefined, argument = null) {
  const { js } = flows.find((flow) => flow.id === id)
  const code = js.replaceAll('https://example.com', phone.server.url)
  return phone.page.evaluate(`(async () => {
    if (!window.snippets) {
      const module = { exports: {} }
      ;(function (module, exports) { ${sdk} })(module, module.exports)
      window.snippets = { qcloud: module.exports, log: [] }
      module.exports.setLoginUrl(${JSON.stringify(`${phone.server.url}/login`)})
    }
    const { qcloud, log } = window.snippets
    const require = (name) => (name === 'wafer-client-wasm' ? qcloud : undefined)
    const console = { log: (...args) => log.push(args) }
    const page = { data: {}, setData(data) { Object.assign(this.data, data) } }
    const App = (app) => app.onLaunch()
    const Page = (definition) => Object.assign(page, definition)
    ;(function () { ${code} })()
    return (${act})({ page, qcloud, log, wx, argument: ${JSON.stringify(argument)} })
  })()`)
}

/** Waits until a page whose code does not return a promise has the user. */
const userOf = async ({ page }) => {
  while (!page.data.user) await new Promise((resolve) => setTimeout(resolve, 10))
  return page.data.user
}

const WORKS = {
  setup: async (phone) => {
    assert.equal(
      await run(phone, 'setup', ({ qcloud }) => qcloud.login().then(({ nickName }) => nickName)),
      '微信用户'
    )
  },
  request: async (phone) => {
    const user = await run(
      phone,
      'request',
      `async (scene) => { scene.page.onPullDownRefresh(); return (${userOf})(scene) }`
    )
    assert.equal(user.nickName, '微信用户')
  },
  promise: async (phone) => {
    const user = await run(phone, 'promise', ({ page }) => page.load().then(() => page.data.user))
    assert.equal(user.nickName, '微信用户')
  },
  avatar: async (phone, server) => {
    const tapped = ({ page, argument }) => page.onChooseAvatar({ detail: { avatarUrl: argument } })
    const typed = ({ page, argument }) => page.onNickName({ detail: { value: argument } })
    await run(phone, 'avatar', tapped, `${server.url}/images/code.png`)
    await run(phone, 'avatar', typed, '代码页')
    const { nickName, avatarUrl } = (await server.users()).at(-1)
    assert.equal(nickName, '代码页')
    assert.match(avatarUrl, /^\/avatars\/[0-9a-f]{32}\.png$/)
  },
  phone: async (phone, server) => {
    const { code } = await server.ask('phone-code', { user: phone.user })
    await run(phone, 'phone', ({ page, argument }) => page.getPhoneNumber({ detail: argument }), { code })
    assert.match((await server.users()).at(-1).phoneNumber, /^\d{11}$/)
    assert.equal(
      await run(phone, 'phone', ({ page }) => page.getPhoneNumber({ detail: {} }) === undefined),
      true
    )
  },
  profile: async (phone) => {
    await phone.setEra('2022')
    await run(phone, 'promise', ({ page }) => page.load())
    const done = run(phone, 'profile', ({ page }) => page.getUserProfile().then(() => page.data.user))
    await phone.answer('允许')
    assert.equal((await done).nickName, '林小满')
  },
  button: async (phone, server) => {
    await run(phone, 'promise', ({ page }) => page.load())
    const detail = await server.ask('encrypted-data', { user: phone.user, userInfo: { nickName: '按钮' } })
    await run(phone, 'button', ({ page, argument }) => page.bindGetUserInfo({ detail: argument }), detail)
    assert.equal((await server.users()).at(-1).nickName, '按钮')
    const refused = ({ page, log }) => (page.bindGetUserInfo({ detail: {} }), log)
    assert.deepEqual(await run(phone, 'button', refused), [['点击了拒绝授权']])
  },
  headers: async (phone) => {
    await run(phone, 'promise', ({ page }) => page.load())
    const user = await run(
      phone,
      'headers',
      `async (scene) => { scene.page.getUserInfo(); return (${userOf})(scene) }`
    )
    assert.equal(user.nickName, '微信用户')
  },
  tunnel: async (phone) => {
    const printed = await run(phone, 'tunnel', async ({ page, log }) => {
      page.onLoad()
      page.speak()
      while (log.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      page.onUnload()
      return [log, page.tunnel.status]
    })
    assert.deepEqual(printed, [[['你好']], 'CLOSED'])
  },
  logout: async (phone) => {
    await run(phone, 'promise', ({ page }) => page.load())
    const session = ({ page, qcloud }) => (page.logOut(), qcloud.getSession())
    assert.equal(await run(phone, 'logout', session), null)
  },
  events: async (phone) => {
    const types = await run(phone, 'events', async ({ qcloud, log }) => {
      await qcloud.login()
      return log.map(([, , type]) => type)
    })
    assert.ok(types.includes('login'), types.join())
    assert.ok(types.includes('session'), types.join())
  }
}

stories('the code page', (story) => {
  story('has a test for every flow, and no test without one', async () => {
    assert.deepEqual(flows.map(({ id }) => id).sort(), Object.keys(WORKS).sort())
  })

  for (const { id } of flows) {
    story(`shows code that works: ${words.flows[id][0]}`, ({ phone, server }) => WORKS[id](phone, server))
  }

  story('shows every flow, and copies its code', async ({ phone }) => {
    await phone.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await phone.tab('代码').click()
    assert.deepEqual(
      await phone.front.locator('.flow__title').allTextContents(),
      flows.map(({ id }) => words.flows[id][0])
    )
    await phone.button('复制').nth(1).click()
    await phone.page.getByRole('alert').filter({ hasText: '内容已复制' }).waitFor()
    assert.equal(await phone.page.evaluate(() => navigator.clipboard.readText()), flows[1].js)
  })
})
