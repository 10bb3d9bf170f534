/** What holds for every extra: a call through it is a call as the package makes it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXTRAS, asked, callbacks, launch, outcomeOf, url, wrapped } from './stories.mjs'

const around = EXTRAS.map((name) => [name, (app) => wrapped(app, name)])
/** All of them, one in the other. */
around.push([
  'all of them',
  ({ qcloud, extra }) => EXTRAS.reduce((send, name) => Object.values(extra(name))[0](send), qcloud.request)
])

for (const [name, wrap] of around) {
  const start = (options) => {
    const app = launch(options)
    return { ...app, request: wrap(app) }
  }

  test(`${name}: a call logs in and succeeds, as a promise`, async () => {
    const { fake, request } = start()
    const { statusCode, data } = await request({ login: true, url: url('/user') })
    assert.equal(statusCode, 200)
    assert.equal(data.data.userInfo.nickName, '新用户')
    assert.equal(fake.count('login'), 1)
  })

  test(`${name}: success, then complete, once each, and nothing before the call has returned`, async () => {
    const { fake, request } = start()
    const { options, names, told } = callbacks()
    const task = request({ login: true, url: url('/user'), ...options })
    assert.deepEqual(names(), [])
    await fake.clock.runUntilIdle()
    assert.deepEqual(names(), ['success', 'complete'])
    assert.equal(told[0][1], told[1][1])
    assert.equal((await task).statusCode, 200)
  })

  test(`${name}: fail, then complete, once each, with the package's error`, async () => {
    const { fake, qcloud, request } = start()
    fake.fault('request', { kind: 'fail', errMsg: 'request:fail url not in domain list' })
    const { options, names, told } = callbacks()
    request({ url: url('/public'), method: 'POST', ...options })
    await fake.clock.runUntilIdle()
    assert.deepEqual(names(), ['fail', 'complete'])
    assert.ok(told[0][1] instanceof qcloud.RequestError)
    assert.equal(told[0][1].type, 'ERR_NETWORK')
  })

  test(`${name}: wx that answers twice settles a call once`, async () => {
    const { fake, request } = start()
    fake.fault('request', { kind: 'twice', then: 'fail', gapMs: 5 })
    const { options, names } = callbacks()
    request({ url: url('/public'), ...options })
    await fake.clock.runUntilIdle()
    assert.deepEqual(names(), ['success', 'complete'])
  })

  for (const [when, ms] of [
    ['at once', undefined],
    ['while it waits for the login', 60],
    ['in flight', 500]
  ]) {
    test(`${name}: abort ${when} ends the call once, with ERR_ABORTED`, async () => {
      const { fake, request } = start({ latency: { login: [200, 200], request: [200, 200] } })
      const { options, names, told } = callbacks()
      const task = request({ login: true, url: url('/user'), ...options })
      if (ms) await fake.clock.advance(ms)
      assert.deepEqual(names(), [])
      task.abort()
      task.abort()
      await fake.clock.runUntilIdle()
      assert.deepEqual(names(), ['fail', 'complete'])
      assert.equal(told[0][1].type, 'ERR_ABORTED')
      assert.equal(await outcomeOf(task), 'ERR_ABORTED')
      assert.equal(asked(fake, '/user'), when === 'in flight' ? 1 : 0)
    })
  }

  test(`${name}: abort after the end changes nothing`, async () => {
    const { fake, request } = start()
    const { options, names } = callbacks()
    const task = request({ url: url('/public'), ...options })
    await task
    task.abort()
    await fake.clock.runUntilIdle()
    assert.deepEqual(names(), ['success', 'complete'])
  })

  test(`${name}: a callback that throws keeps none from being called, and the app's own handler hears of it`, async () => {
    const uncaught = []
    const { fake, request } = start()
    const { options, names } = callbacks()
    globalThis.setTimeout = (callback, ms, ...values) =>
      fake.clock.setTimeout(() => {
        try {
          callback(...values)
        } catch (error) {
          uncaught.push(error.message)
        }
      }, ms)
    const bad = () => {
      throw new Error('the app’s own')
    }
    request({ url: url('/public'), success: bad, complete: options.complete })
    await fake.clock.runUntilIdle()
    assert.deepEqual(names(), ['complete'])
    assert.deepEqual(uncaught, ['the app’s own'])
  })

  test(`${name}: who uses callbacks has no rejection to handle; who awaits may do so late`, async () => {
    const unhandled = []
    const listener = (error) => unhandled.push(error)
    process.on('unhandledRejection', listener)
    try {
      const { fake, request } = start()
      fake.fault('request', { kind: 'fail' })
      const task = request({ url: url('/public'), method: 'POST', fail() {} })
      await fake.clock.runUntilIdle()
      await new Promise((resolve) => setImmediate(resolve))
      assert.deepEqual(unhandled, [])
      const steps = []
      await task.catch(({ type }) => steps.push(type))
      await task.finally(() => steps.push('finally')).catch(() => steps.push('still rejected'))
      assert.deepEqual(steps, ['ERR_NETWORK', 'finally', 'still rejected'])
    } finally {
      process.off('unhandledRejection', listener)
    }
  })

  test(`${name}: headers are heard whenever the listener came, until it is taken off`, async () => {
    const { fake, request } = start({ latency: 10 })
    const heard = []
    const early = () => heard.push('early')
    const removed = () => heard.push('removed')
    const task = request({ login: true, url: url('/user') })
    task.onHeadersReceived(early)
    task.onHeadersReceived(removed)
    task.offHeadersReceived(removed)
    await fake.clock.advance(1)
    task.onHeadersReceived(() => heard.push('late'))
    await task
    assert.deepEqual(heard, ['early', 'late'])
    task.offHeadersReceived()
  })

  test(`${name}: what is no object, and callbacks that are no functions, the package refuses in its own words`, async () => {
    const { fake, qcloud, request } = start()
    for (const options of [undefined, null, 'https://api.example.com', 7]) {
      assert.throws(
        () => request(options),
        (error) => error instanceof qcloud.RequestError && error.type === 'ERR_INVALID_PARAMS'
      )
    }
    const { options, names } = callbacks()
    request({ url: url('/public'), ...options, complete: 'complete' })
    await fake.clock.runUntilIdle()
    assert.deepEqual(names(), ['fail'])
    assert.equal(await outcomeOf(request({ url: 7 })), 'ERR_INVALID_PARAMS')
    assert.equal(fake.count('request'), 0)
  })

  test(`${name}: functions of what is wrapped, such as the cache's clear, are there as before`, async () => {
    const app = launch()
    const send = Object.assign((options) => app.qcloud.request(options), { mark: () => 'mine' })
    assert.equal(wrap({ ...app, qcloud: { ...app.qcloud, request: send } }).mark(), 'mine')
  })

  test(`${name}: the caller's options are never changed, frozen ones are fine`, async () => {
    const { request } = start()
    const options = Object.freeze({ login: true, url: url('/user'), header: Object.freeze({ 'X-A': '1' }) })
    assert.equal((await request(options)).statusCode, 200)
    assert.deepEqual(options, { login: true, url: url('/user'), header: { 'X-A': '1' } })
  })
}
