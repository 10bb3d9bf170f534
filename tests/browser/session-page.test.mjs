import assert from 'node:assert/strict'
import { Phone } from './phone.mjs'
import { SessionServer } from './session-server.mjs'
import { stories } from './stories.mjs'
import { Timelines } from './timelines.mjs'

stories('the session page', (story) => {
  story('logs in with the first request', async ({ phone, server }) => {
    const timelines = new Timelines(phone)
    await phone.text('没有登录态').waitFor()
    const run = await timelines.after('发送请求')
    assert.equal(run.result, '你好，微信用户')
    for (const step of ['取 code：wx.login', '用 code 向服务器换登录态', '拿到登录态', '成功']) {
      assert.ok(run.steps.includes(step), `${step} is missing in ${run.steps}`)
    }
    assert.equal(run.native.login, 1)
    assert.equal(run.native.request, 2)
    await phone.text('登录态有效').waitFor()
    const { logins, sessionRequests, jscode2session } = await server.records()
    assert.deepEqual(logins, { attempted: 1, succeeded: 1, withSessionHeaders: 0 })
    assert.deepEqual(sessionRequests, { ok: 1, refused: 0 })
    assert.equal(jscode2session, 1)
  })

  story('makes one native call for a request while logged in', async ({ phone, server }) => {
    const timelines = new Timelines(phone)
    await timelines.after('发送请求')
    const run = await timelines.after('发送请求')
    assert.deepEqual(run.native, { request: 1 })
    assert.equal(run.total, 1)
  })

  story('logs in once for twenty requests at once', async ({ phone, server }) => {
    const timelines = new Timelines(phone)
    const run = await timelines.after('20 个并发')
    assert.equal(run.result, '20 个都成功')
    assert.equal(run.native.login, 1)
    assert.equal(run.native.request, 21)
    assert.ok(run.steps.includes('成功 ×20'), run.steps.join())
    const { logins, sessionRequests } = await server.records()
    assert.equal(logins.attempted, 1)
    assert.deepEqual(sessionRequests, { ok: 20, refused: 0 })
  })

  story('logs in again and resends when the server ended the session', async ({ phone, server }) => {
    const timelines = new Timelines(phone)
    await timelines.after('发送请求')
    await server.resetRecords()
    const run = await timelines.after('会话过期')
    assert.equal(run.result, '你好，微信用户')
    for (const step of ['服务器：登录态已过期', '取 code：wx.login', '要用新的登录态重发', '成功']) {
      assert.ok(run.steps.includes(step), `${step} is missing in ${run.steps}`)
    }
    const { logins, sessionRequests } = await server.records()
    assert.equal(logins.succeeded, 1)
    assert.deepEqual(sessionRequests, { ok: 1, refused: 1 })
  })

  story('keeps the session while the network is away', async ({ phone, server }) => {
    const timelines = new Timelines(phone)
    await timelines.after('发送请求')
    await server.resetRecords()
    const offline = await timelines.after('断开网络')
    assert.equal(offline.tone, 'bad')
    assert.ok(offline.steps.includes('失败'))
    await phone.text('登录态有效').waitFor()
    const online = await timelines.after('恢复网络')
    assert.equal(online.result, '你好，微信用户')
    assert.deepEqual(online.native, { request: 1 })
    const { logins, sessionRequests } = await server.records()
    assert.equal(logins.attempted, 0)
    assert.deepEqual(sessionRequests, { ok: 1, refused: 0 })
  })

  story(
    'keeps the session when the server fails',
    async ({ phone }) => {
      const timelines = new Timelines(phone)
      await timelines.after('发送请求')
      const run = await timelines.after('服务器出错')
      assert.equal(run.result, '服务器返回 500，登录态还在')
      assert.deepEqual((await timelines.after('发送请求')).native, { request: 1 })
    },
    { expect: [/status of 500/] }
  )

  story('gives up after one retry when the server always says expired', async ({ phone, server }) => {
    const timelines = new Timelines(phone)
    await timelines.after('发送请求')
    await server.resetRecords()
    const run = await timelines.after('总说过期')
    assert.equal(run.tone, 'bad')
    assert.match(run.result, /登录态/)
    const { logins, sessionRequests } = await server.records()
    assert.equal(logins.attempted, 1)
    assert.equal(sessionRequests.refused, 2)
    assert.equal((await timelines.after('发送请求')).result, '你好，微信用户')
  })

  story('logs out, and in again with the next request', async ({ phone, server }) => {
    const timelines = new Timelines(phone)
    await timelines.after('发送请求')
    const run = await timelines.after('退出登录')
    assert.equal(run.result, '登录态已清除')
    await phone.text('没有登录态').waitFor()
    assert.equal((await timelines.after('发送请求')).native.login, 1)
  })

  story('stays logged in when the mini-program is opened again', async ({ phone, server }) => {
    const timelines = new Timelines(phone)
    await timelines.after('发送请求')
    await phone.page.getByRole('button', { name: '重新打开小程序' }).click()
    await phone.text('登录态有效').waitFor()
    await server.resetRecords()
    const run = await timelines.after('发送请求')
    assert.equal(run.native.login, undefined)
    assert.equal(run.native.request, 1)
    assert.equal((await server.records()).logins.attempted, 0)
  })

  story('ends the pull-down refresh when the request is complete', async ({ phone, server }) => {
    const timelines = new Timelines(phone)
    const pages = phone.page.locator('.pages')
    const run = await timelines.afterAction(() => phone.pullDown())
    assert.equal(run.title, '下拉刷新')
    assert.equal(run.result, '你好，微信用户')
    await phone.page.waitForFunction(() => !document.querySelector('.pages').classList.contains('pulled'))
    assert.equal(await pages.evaluate((node) => node.style.getPropertyValue('--pull')), '0px')
  })

  story('works without counting where wx cannot be watched', async ({ phone }) => {
    await phone.context.addInitScript(() => {
      let sealed
      Object.defineProperty(globalThis, 'wx', {
        get: () => sealed,
        set: (wx) => (sealed = Object.freeze(wx))
      })
    })
    await phone.start()
    const run = await new Timelines(phone).after('发送请求')
    assert.equal(run.result, '你好，微信用户')
    assert.equal(run.total, 0)
  })

  story('says so when the server is gone, and keeps the session', async ({ browser }) => {
    const server = await SessionServer.start()
    const phone = await Phone.open(browser, server, { user: 'lonely', expect: [/ERR_CONNECTION_REFUSED/] })
    const timelines = new Timelines(phone)
    await timelines.after('发送请求')
    await server.stop()
    const run = await timelines.after('发送请求')
    assert.equal(run.tone, 'bad')
    assert.match(run.result, /网络/)
    await phone.text('登录态有效').waitFor()
    await phone.context.close()
    phone.assertContent()
    await server.remove()
  })
})
