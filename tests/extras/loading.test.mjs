import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launch, outcomeOf, url } from './stories.mjs'

const start = (choices, options) => {
  const app = launch({ latency: { request: [1000, 1000] }, ...options })
  return { ...app, request: app.extra('loading').withLoading(app.qcloud.request, choices) }
}
/** What was shown and hidden, ms after the first call of wx. */
const shown = ({ log }) =>
  log.filter(({ api }) => /Loading$/.test(api)).map(({ api, time }) => [api, time - log[0].time])

test('a call that takes long is shown after the delay, until it ends', async () => {
  const { fake, request } = start({ title: '请稍候', mask: true, delayMs: 300 })
  fake.resetLog()
  wx.getStorageSync('begin')
  await request({ url: url('/public') })
  await fake.clock.runUntilIdle()
  const [[show, at], [hide, until]] = shown(fake)
  assert.deepEqual([show, at, hide], ['showLoading', 300, 'hideLoading'])
  assert.ok(until >= 1000)
  assert.deepEqual(fake.calls('showLoading')[0].options, { title: '请稍候', mask: true })
})

test('a call that is quick shows nothing', async () => {
  const { fake, request } = start({ delayMs: 2000 })
  await request({ url: url('/public') })
  await fake.clock.runUntilIdle()
  assert.deepEqual(shown(fake), [])
})

test('many calls show it once, and it goes with the last', async () => {
  const { fake, request } = start()
  const first = [1, 2, 3].map(() => request({ url: url('/public') }))
  await fake.clock.advance(500)
  const last = request({ url: url('/public') })
  await Promise.all(first)
  assert.equal(fake.count('hideLoading'), 0)
  await last
  await fake.clock.runUntilIdle()
  assert.deepEqual([fake.count('showLoading'), fake.count('hideLoading')], [1, 1])
})

test('it goes when a call fails or is aborted, and before the app’s own complete', async () => {
  const { fake, request } = start()
  fake.fault('request', { kind: 'late', ms: 2000, times: 1 })
  const task = request({ url: url('/public'), complete: () => assert.equal(fake.count('hideLoading'), 1) })
  await fake.clock.advance(500)
  task.abort()
  assert.equal(await outcomeOf(task), 'ERR_ABORTED')
  fake.fault('request', { kind: 'fail', times: 1 })
  assert.equal(await outcomeOf(request({ url: url('/public') })), 'ERR_NETWORK')
  await fake.clock.runUntilIdle()
  assert.equal(fake.count('showLoading'), fake.count('hideLoading'))
})

for (const kind of ['throw', 'fail', 'hang']) {
  test(`a host whose showLoading ${kind}s keeps no call from succeeding`, async () => {
    const { fake, request } = start()
    fake.fault('showLoading', { kind })
    fake.fault('hideLoading', { kind })
    assert.equal(await outcomeOf(request({ url: url('/public') })), 200)
  })
}

test('another host’s functions are used where it is given', async () => {
  const seen = []
  const host = { showLoading: ({ title }) => seen.push(title), hideLoading: () => seen.push('gone') }
  const { fake, request } = start({ host })
  await request({ url: url('/public') })
  assert.deepEqual(seen, ['加载中', 'gone'])
  assert.equal(fake.count('showLoading'), 0)
})

test('what throws where it is called leaves nothing shown', async () => {
  const { fake, extra } = start()
  const send = extra('loading').withLoading(() => {
    throw new Error('no')
  })
  assert.throws(() => send({}), /no/)
  await fake.clock.runUntilIdle()
  assert.deepEqual(shown(fake), [])
})

test('a call that the package refuses leaves nothing shown', async () => {
  const { fake, request } = start()
  assert.throws(() => request(undefined))
  assert.equal(await outcomeOf(request({ url: 7 })), 'ERR_INVALID_PARAMS')
  await fake.clock.runUntilIdle()
  assert.deepEqual(shown(fake), [])
})
