import assert from 'node:assert/strict'
import { Comparisons, ORDER } from './comparisons.mjs'
import { Phone } from './phone.mjs'
import { SessionServer } from './session-server.mjs'
import { stories } from './stories.mjs'

/** The numbers that are shown are those that the server recorded, and add up. */
function assertRecorded({ now, before }, records) {
  for (const [shown, { logins, sessionRequests }] of [
    [now, records[0]],
    [before, records[1]]
  ]) {
    assert.deepEqual(shown.records, [logins.attempted, sessionRequests.ok, sessionRequests.refused])
  }
}

stories('old and new side by side', (story) => {
  /** What the server recorded of the last tap, for each of the two SDKs. */
  const recordsOf = async (phone, server) => {
    const runs = [...new Set(phone.runs)].slice(-2)
    return Promise.all(runs.map((run) => server.ask(`records?run=${run}`)))
  }

  story('a cold start with 20 requests costs one login here, and many there', async ({ phone, server }) => {
    const shown = await new Comparisons(phone).after('cold')
    assert.equal(shown.headline[0], '本 SDK：1 次登录，20 个成功')
    const [, logins, succeeded] = /^wafer-client-sdk：(\d+) 次登录，只有 (\d+) 个成功$/.exec(
      shown.headline[1]
    )
    assert.ok(logins >= 20 && succeeded < 20, shown.headline[1])
    assert.equal(shown.proof, '✔ 保证 1：同时有多少请求，也只登录一次')

    const [now, before] = await recordsOf(phone, server)
    assertRecorded(shown, [now, before])
    assert.deepEqual(now.logins, { attempted: 1, succeeded: 1, withSessionHeaders: 0 })
    assert.deepEqual(now.sessionRequests, { ok: 20, refused: 0 })
    assert.equal(before.logins.attempted, Number(logins))
    assert.equal(before.sessionRequests.ok, Number(succeeded))

    assert.equal(shown.now.succeeded, '20 / 20')
    assert.deepEqual([shown.now.logins, shown.now.calls.login, shown.now.calls.request], [1, 1, 21])
    assert.equal(shown.before.succeeded, `${succeeded} / 20`)
    assert.equal(shown.before.logins, Number(logins))
    for (const { native, calls } of [shown.now, shown.before]) {
      assert.equal(
        native,
        Object.values(calls).reduce((sum, count) => sum + count)
      )
    }
    assert.ok(shown.before.native > 5 * shown.now.native)
    for (const line of ['调用 request ×20', '取 code：wx.login', '拿到登录态', '成功，交给页面 ×20']) {
      assert.ok(shown.now.lines.includes(line), `${line} is missing in ${shown.now.lines}`)
    }
    assert.ok(shown.before.lines.includes('取 code：wx.login ×20'), shown.before.lines.join())
  })

  story('a cold start is cold however often it is tapped', async ({ phone }) => {
    const comparisons = new Comparisons(phone)
    await comparisons.after('warm')
    for (let tap = 0; tap < 7; tap++) {
      const { now } = await comparisons.after('cold')
      assert.deepEqual([now.logins, now.succeeded], [1, '20 / 20'])
    }
  })

  story(
    '20 requests on an expired session cost one login, late expiries nothing',
    async ({ phone, server }) => {
      const shown = await new Comparisons(phone).after('expired')
      assert.equal(shown.headline[0], '本 SDK：1 次登录，20 个成功')
      assert.equal(shown.proof, '✔ 保证 2：迟到的“过期”什么也不做')
      const [now, before] = await recordsOf(phone, server)
      assertRecorded(shown, [now, before])
      assert.equal(now.logins.attempted, 1)
      assert.deepEqual(now.sessionRequests, { ok: 20, refused: 20 })
      for (const line of ['服务器：登录态已过期', '迟到的“过期”：不再登录 ×19', '用新的登录态重发 ×20']) {
        assert.ok(shown.now.lines.includes(line), `${line} is missing in ${shown.now.lines}`)
      }
      assert.ok(before.logins.attempted > 1)
      assert.ok(before.sessionRequests.ok < 20)
    }
  )

  story('a request while logged in is one native call, there four', async ({ phone, server }) => {
    const shown = await new Comparisons(phone).after('warm')
    assert.deepEqual(shown.now.calls, { request: 1 })
    assert.deepEqual([shown.now.native, shown.before.native], [1, 4])
    assert.deepEqual(shown.headline, ['本 SDK：1 次原生调用', 'wafer-client-sdk：4 次原生调用'])
    assertRecorded(shown, await recordsOf(phone, server))
  })

  story('runs wafer2-client-sdk as well, at the same server', async ({ phone, server }) => {
    const comparisons = new Comparisons(phone)
    await comparisons.after('warm')
    await phone.front.getByRole('radio', { name: 'wafer2-client-sdk' }).click()
    const warm = await comparisons.shown()
    assert.deepEqual(warm.names, ['本 SDK', 'wafer2-client-sdk'])
    assert.deepEqual(warm.headline[1], 'wafer2-client-sdk：5 次原生调用，又登录 1 次')
    assertRecorded(warm, await recordsOf(phone, server))

    const cold = await comparisons.after('cold')
    assert.deepEqual([cold.now.logins, cold.now.succeeded], [1, '20 / 20'])
    assert.ok(cold.before.logins >= 20)
    assertRecorded(cold, await recordsOf(phone, server))
  })

  story('gives each SDK a user of its own', async ({ phone, server }) => {
    await new Comparisons(phone).after('cold')
    const users = (await server.users()).length
    await new Comparisons(phone).after('cold')
    assert.equal((await server.users()).length, users, 'the same two')
  })

  story('keeps the session while the network is away', async ({ phone, server }) => {
    const comparisons = new Comparisons(phone)
    const offline = await comparisons.after('offline')
    assert.equal(offline.headline[0], '本 SDK：ERR_NETWORK，登录态还在')
    assert.equal(offline.now.session, '有')
    assert.deepEqual(offline.now.records, [0, 0, 0])
    assert.ok(offline.now.lines.includes('失败，交给页面 ERR_NETWORK'))
    const { now } = await comparisons.after('warm')
    assert.deepEqual([now.calls, now.succeeded], [{ request: 1 }, '1 / 1'])
  })

  story(
    'says HTTP 500, and that the session is kept',
    async ({ phone }) => {
      const shown = await new Comparisons(phone).after('broken')
      assert.equal(shown.headline[0], '本 SDK：HTTP 500，登录态还在')
      assert.deepEqual([shown.now.succeeded, shown.now.session], ['HTTP 500', '有'])
      assert.ok(shown.now.lines.includes('交给页面 HTTP 500'), shown.now.lines.join())
      assert.ok(!shown.now.lines.some((line) => line.startsWith('成功')))
    },
    { expect: [/status of 500/] }
  )

  story('ends with a code after one retry when the server always says expired', async ({ phone, server }) => {
    const comparisons = new Comparisons(phone)
    const shown = await comparisons.after('refused')
    assert.equal(shown.headline[0], '本 SDK：登录 1 次，以 ERR_INVALID_SESSION 结束')
    assert.equal(shown.proof, '✔ 保证 6：重试一次为止，给出错误码')
    assert.deepEqual(shown.now.records, [1, 0, 2])
    assert.equal(
      await phone.front.locator('.result .text_bad').count(),
      0,
      'a promise that is kept is no alarm'
    )
    assert.equal((await comparisons.after('warm')).now.succeeded, '1 / 1')
  })

  story('a log-out during a login leaves nobody logged in, there it does', async ({ phone }) => {
    const shown = await new Comparisons(phone).after('logout')
    assert.deepEqual(shown.headline, ['本 SDK：退出之后没有登录态', 'wafer-client-sdk：退出之后又登录了'])
    assert.deepEqual([shown.now.session, shown.before.session], ['无', '有'])
    assert.deepEqual(shown.now.succeeded, 'ERR_LOGIN_DISCARDED')
  })

  story('shows only what the last tap and this user did', async ({ phone, server, browser }) => {
    const other = await Phone.open(browser, server, { user: `${phone.user}-neighbour` })
    const [mine, theirs] = await Promise.all([
      new Comparisons(phone).after('warm'),
      new Comparisons(other).after('cold')
    ])
    assert.deepEqual(mine.now.records, [0, 1, 0])
    assert.deepEqual(theirs.now.records, [1, 20, 0])
    await other.context.close()
  })

  story('stays logged in when the mini-program is opened again', async ({ phone, server }) => {
    await new Comparisons(phone).after('warm')
    await phone.page.getByRole('button', { name: '重新打开小程序' }).click()
    await phone.tab('对比').waitFor()
    await server.resetRecords()
    const { now } = await new Comparisons(phone).after('warm')
    assert.equal(now.logins, 0)
  })

  story('ends the pull-down refresh when the request is complete', async ({ phone, server }) => {
    const pages = phone.page.locator('.pages')
    await phone.pullDown()
    await phone.page.waitForFunction(() => !document.querySelector('.pages').classList.contains('pulled'))
    assert.equal(await pages.evaluate((node) => node.style.getPropertyValue('--pull')), '0px')
    assert.equal((await server.records()).sessionRequests.ok, 1)
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
    const { now } = await new Comparisons(phone).after('cold')
    assert.deepEqual([now.succeeded, now.native], ['20 / 20', 0])
  })

  story('runs on the plain JavaScript core where there is no WXWebAssembly', async ({ phone }) => {
    await phone.context.addInitScript(() => {
      Object.defineProperty(globalThis, 'WXWebAssembly', { get: () => undefined, set() {} })
    })
    await phone.start()
    const loaded = []
    phone.page.on('request', (request) => loaded.push(request.url()))
    const { now } = await new Comparisons(phone).after('cold')
    assert.deepEqual([now.logins, now.succeeded], [1, '20 / 20'])
    assert.deepEqual(
      loaded.filter((url) => /core\.wasm/.test(url)),
      []
    )
  })

  story('says so when the server is gone', async ({ browser }) => {
    const server = await SessionServer.start()
    const phone = await Phone.open(browser, server, { user: 'lonely', expect: [/ERR_CONNECTION_REFUSED/] })
    await new Comparisons(phone).after('warm')
    await server.stop()
    // A log-out needs no server.
    for (const id of ORDER.filter((step) => step !== 'logout')) {
      const { headline } = await new Comparisons(phone).after(id)
      assert.match(headline[0], /连不上 .*，请先运行 make demo|ERR_/, id)
    }
    await phone.context.close()
    phone.assertContent()
    await server.remove()
  })
})
