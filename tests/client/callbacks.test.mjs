/** Calls answer as in wx: success or fail, then complete; and as promises. */
import assert from 'node:assert/strict'
import { ORIGIN, USER_URL, many, story } from './stories.mjs'

const FOREIGN_URL = 'https://evil.com/'
const taken = (uncaught) => uncaught.splice(0).map(({ message }) => message)

const APIS = {
  request: { url: USER_URL, login: true },
  uploadFile: { url: USER_URL, login: true, filePath: 'wxfile://a', name: 'a' },
  downloadFile: { url: USER_URL, login: true },
  login: {},
  getUserInfo: {}
}
const start = ({ start: startApp }) => startApp({ files: { 'wxfile://a': 'a' } })
const boom = (message) => () => {
  throw new Error(message)
}

for (const [api, options] of Object.entries(APIS)) {
  story(`what callbacks of ${api} throw surfaces later, and keeps nobody from being told`, async (stage) => {
    const app = start(stage)
    const told = []
    app.qcloud[api]({ ...options, success: boom('in success'), complete: () => told.push('complete') })
    app.qcloud[api]({ ...options, success: () => told.push('success'), complete: boom('in complete') })
    app.qcloud[api]({ ...options, success: boom('in both'), complete: boom('in both, too') })
    await app.settled([app.call()])
    await stage.clock.runUntilIdle()
    assert.deepEqual(told.sort(), ['complete', 'success'])
    assert.deepEqual(taken(stage.uncaught).sort(), ['in both', 'in both, too', 'in complete', 'in success'])
    assert.deepEqual(await app.settled([app.call()]), ['success'])
  })

  story(`what a fail callback of ${api} throws surfaces later, and complete still comes`, async (stage) => {
    const app = start(stage)
    app.fake.setOffline(true)
    const told = []
    app.qcloud[api]({ ...options, fail: boom('in fail'), complete: ({ type }) => told.push(type) })
    await stage.clock.runUntilIdle()
    assert.equal(told.length, 1)
    assert.match(told[0], /^ERR_/)
    assert.deepEqual(taken(stage.uncaught), ['in fail'])
  })

  story(`${api} by promise gives what the callbacks would get`, async (stage) => {
    const app = start(stage)
    const noted = app.note((callbacks) => app.qcloud[api]({ ...options, ...callbacks }))
    await app.settled([noted])
    const result = await stage.clock.until(Promise.resolve(app.qcloud[api]({ ...options })))
    assert.deepEqual(Object.keys(app.copy(result)).sort(), Object.keys(app.copy(noted.value)).sort())

    app.qcloud.clearSession()
    app.fake.setOffline(true)
    const error = await stage.clock.until(
      Promise.resolve(app.qcloud[api]({ ...options })).then(assert.fail, (reason) => reason)
    )
    assert.equal(error.type, 'ERR_WX_LOGIN_FAILED')
    assert.ok(error instanceof app.qcloud.LoginError)
    assert.equal(error.name, 'LoginError')
  })
}

story(
  'a failure is told after the call has returned, however early it is known',
  async ({ start, clock }) => {
    const app = start({ configuration: null })
    const early = []
    const make = (options) => {
      let isReturned = false
      app.qcloud.request({
        ...options,
        fail: ({ type }) => early.push([type, isReturned]),
        complete: () => assert.ok(isReturned)
      })
      isReturned = true
    }
    make({ login: true, url: USER_URL })
    await clock.until(app.qcloud.ready())
    make({ login: true, url: USER_URL })
    app.qcloud.configure({ loginUrl: `${ORIGIN}/login` })
    make({ login: true, url: FOREIGN_URL })
    make({ url: '' })
    make({ url: 42 })
    make({ url: USER_URL, header: 'text' })
    app.fake.fault('request', { kind: 'throw', times: 1 })
    make({ url: USER_URL })
    await clock.runUntilIdle()
    assert.deepEqual(
      early.map(([, isReturned]) => isReturned),
      many(7, () => true)
    )
    assert.equal(early.length, 7)
  }
)

story(
  'nobody who uses callbacks, or nothing at all, gets an unhandled rejection',
  async ({ start, clock }) => {
    const app = start()
    const withFail = app.call({ url: FOREIGN_URL })
    app.qcloud.request({ url: FOREIGN_URL, login: true })
    app.qcloud.request({ url: FOREIGN_URL, login: true, success() {} })
    app.qcloud.request({ url: FOREIGN_URL, login: true, complete() {} })
    app.qcloud.login({ complete() {} })
    await app.settled([withFail])
    await clock.runUntilIdle()
    /* An unhandled rejection would fail this test: the runners report it. */
    assert.equal(withFail.type, 'ERR_UNTRUSTED_ORIGIN')
  }
)

story(
  'nobody gets an unhandled rejection of a host such as Taro, whose functions answer promises, too',
  async ({ startWarm, clock }) => {
    for (const latency of [undefined, 5]) {
      const app = await startWarm({ latency })
      for (const api of ['request', 'login', 'checkSession', 'uploadFile', 'downloadFile']) {
        const plain = app.wx[api]
        app.wx[api] = (options) =>
          new Promise((resolve, reject) => {
            const answering = (callback, settle) => (value) => {
              callback(value)
              settle(value)
            }
            const { success, fail } = options
            plain({ ...options, success: answering(success, resolve), fail: answering(fail, reject) })
          })
        app.fake.fault(api, { kind: 'fail', errMsg: `${api}:fail` })
      }
      const calls = ['request', 'uploadFile', 'downloadFile'].map((api) =>
        app.note((callbacks) =>
          app.qcloud[api]({ url: USER_URL, login: true, filePath: 'f', name: 'n', ...callbacks })
        )
      )
      app.qcloud.configure({ checkSession: 'always' })
      const login = app.note((callbacks) => app.qcloud.login(callbacks))
      assert.deepEqual(await app.settled([...calls, login]), ['fail', 'fail', 'fail', 'fail'])
      await clock.runUntilIdle()
    }
  }
)

story(
  'a task is a promise: then, catch and finally, at any time, as often as wanted',
  async ({ start, clock }) => {
    const app = start()
    const good = app.qcloud.request({ login: true, url: USER_URL })
    const bad = app.qcloud.request({ login: true, url: FOREIGN_URL })
    const answer = await clock.until(Promise.resolve(good))
    assert.equal(await good, answer)
    assert.equal(await good.then(({ statusCode }) => statusCode), 200)
    assert.equal(await good.catch(assert.fail), answer)
    assert.equal(await good.finally(() => 'ignored'), answer)
    await assert.rejects(good.finally(boom('in finally')), { message: 'in finally' })

    const isUntrusted = ({ type }) => type === 'ERR_UNTRUSTED_ORIGIN'
    await assert.rejects(clock.until(Promise.resolve(bad)), isUntrusted)
    await assert.rejects(bad.then(assert.fail), isUntrusted)
    assert.equal(await bad.catch(({ type }) => type), 'ERR_UNTRUSTED_ORIGIN')
    await assert.rejects(
      bad.finally(() => {}),
      isUntrusted
    )
    assert.deepEqual(app.copy(await Promise.all([good, good])), app.copy([answer, answer]))
  }
)

story('callbacks and the promise of one call agree', async ({ start, clock }) => {
  const app = start()
  const call = app.call()
  assert.equal(await clock.until(Promise.resolve(call.task)), call.value)
  const failing = app.call({ url: FOREIGN_URL })
  const reason = await clock.until(failing.task.then(assert.fail, (error) => error))
  await app.settled([failing])
  assert.equal(reason, failing.value)
})

story('login() with callbacks returns nothing, without them a promise', async ({ start, clock }) => {
  const app = start()
  assert.equal(app.qcloud.login({ success() {} }), undefined)
  assert.equal(app.qcloud.getUserInfo({ fail() {} }), undefined)
  const promise = app.qcloud.login()
  assert.equal(typeof promise.then, 'function')
  assert.equal((await clock.until(promise)).nickName, '新用户')
})

story('a callback may call the SDK: what it asks for happens, in order', async ({ start, clock }) => {
  const app = start()
  const { qcloud } = app
  const told = []
  const again = (left) =>
    qcloud.request({
      login: true,
      url: USER_URL,
      success: () => {
        told.push(left)
        if (left > 0) again(left - 1)
        else qcloud.clearSession()
      },
      complete: () => told.push(`complete ${left}`)
    })
  again(3)
  await clock.runUntilIdle()
  assert.deepEqual(told, [3, 'complete 3', 2, 'complete 2', 1, 'complete 1', 0, 'complete 0'])
  assert.equal(qcloud.getSession(), null)

  await clock.until(
    qcloud.login().then(() => {
      qcloud.clearSession()
      qcloud.configure({ timeout: 1000 })
      return qcloud.login()
    })
  )
  assert.ok(qcloud.getSession())
})

story(
  'a session listener may call the SDK, and what it throws harms nobody',
  async ({ start, uncaught, clock }) => {
    const app = start()
    const { qcloud } = app
    const inner = []
    qcloud.onSessionChange(boom('in a listener'))
    const remove = qcloud.onSessionChange((session) => {
      remove()
      assert.equal(session.skey, qcloud.getSession().skey)
      inner.push(app.call({ url: `${USER_URL}?inner` }))
    })
    assert.deepEqual(await app.settled([app.call(), app.call()]), ['success', 'success'])
    assert.deepEqual(await app.settled(inner), ['success'])
    await clock.runUntilIdle()
    assert.deepEqual(taken(uncaught), ['in a listener'])
    assert.equal(app.fake.count('login'), 1)
  }
)
