import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked, callbacks, launch, outcomeOf, url } from './stories.mjs'

const start = (choices) => {
  const app = launch({ latency: 100 })
  let count = 0
  app.fake.server.route('/news', () => ({ data: { count: ++count } }))
  app.fake.server.route('/mine', (_, { user }) => ({ data: { user } }), { session: true })
  return { ...app, request: app.extra('dedupe').withDedupe(app.qcloud.request, choices) }
}

test('equal calls that are on their way share one request, each with an answer of its own', async () => {
  const { fake, request } = start()
  const all = await Promise.all([1, 2, 3].map(() => request({ url: url('/news') })))
  assert.equal(asked(fake, '/news'), 1)
  assert.deepEqual(
    all.map(({ data }) => data.count),
    [1, 1, 1]
  )
  all[0].data.count = 'mine'
  assert.equal(all[1].data.count, 1)
})

test('a call after the answer is a request of its own', async () => {
  const { request } = start()
  assert.equal((await request({ url: url('/news') })).data.count, 1)
  assert.equal((await request({ url: url('/news') })).data.count, 2)
})

test('a failure is told to all, by callbacks too, and the next call tries again', async () => {
  const { fake, request } = start()
  fake.fault('request', { kind: 'fail', times: 1 })
  const { options, names } = callbacks()
  const tasks = [request({ url: url('/news') }), request({ url: url('/news'), ...options })]
  assert.deepEqual(await Promise.all(tasks.map(outcomeOf)), ['ERR_NETWORK', 'ERR_NETWORK'])
  assert.deepEqual(names(), ['fail', 'complete'])
  assert.equal(await outcomeOf(request({ url: url('/news') })), 200)
  assert.equal(asked(fake, '/news'), 2)
})

test('who aborts leaves the others their answer', async () => {
  const { fake, request } = start()
  const [first, second, third] = [1, 2, 3].map(() => request({ url: url('/news') }))
  await fake.clock.advance(20)
  first.abort()
  second.abort()
  assert.deepEqual(await Promise.all([first, second, third].map(outcomeOf)), [
    'ERR_ABORTED',
    'ERR_ABORTED',
    200
  ])
  assert.equal(asked(fake, '/news'), 1)
})

test('the last who aborts ends the request; a call after that is a new one', async () => {
  const { fake, request } = start()
  const tasks = [1, 2].map(() => request({ url: url('/news') }))
  await fake.clock.advance(20)
  tasks.forEach((task) => task.abort())
  const next = request({ url: url('/news') })
  assert.deepEqual(await Promise.all(tasks.map(outcomeOf)), ['ERR_ABORTED', 'ERR_ABORTED'])
  assert.equal(await outcomeOf(next), 200)
  assert.equal(fake.calls('request')[0].outcome, 'fail')
  assert.match(fake.calls('request')[0].answer.errMsg, /abort/)
  assert.equal(asked(fake, '/news'), 2)
})

test('each hears the headers by listeners of its own', async () => {
  const { request } = start()
  const heard = []
  const [first, second] = [1, 2].map(() => request({ url: url('/news') }))
  first.onHeadersReceived(() => heard.push('first'))
  second.onHeadersReceived(() => heard.push('second'))
  first.offHeadersReceived()
  await Promise.all([first, second])
  assert.deepEqual(heard, ['second'])
})

test('a call that comes while an aborted one still ends is a new one, too', async () => {
  const { fake, qcloud, extra } = start()
  // Its tasks end in a later turn.
  const request = extra('dedupe').withDedupe(extra('interceptors').withInterceptors(qcloud.request))
  const task = request({ url: url('/news') })
  await fake.clock.advance(20)
  task.abort()
  const next = request({ url: url('/news') })
  assert.deepEqual(await Promise.all([task, next].map(outcomeOf)), ['ERR_ABORTED', 200])
})

test('POSTs, and calls that differ, have requests of their own', async () => {
  const { fake, request } = start()
  const each = [{ method: 'POST' }, { method: 'POST' }, { data: { page: 1 } }, { data: { page: 2 } }]
  await Promise.all(each.map((options) => request({ url: url('/news'), ...options })))
  assert.equal(fake.count('request'), 4)
})

test('which calls are equal is for the app to say', async () => {
  const { fake, request } = start({ key: ({ url }) => url })
  await Promise.all([1, 2].map((page) => request({ url: url('/news'), data: { page } })))
  assert.equal(fake.count('request'), 1)
})

test('after a log-out nobody gets what the user before asked for', async () => {
  const { fake, qcloud, request } = start()
  await qcloud.login()
  const before = request({ login: true, url: url('/mine') })
  await fake.clock.advance(60)
  qcloud.clearSession()
  fake.person.id = 'other'
  const { data } = await request({ login: true, url: url('/mine') })
  assert.equal(data.user, 'other')
  await outcomeOf(before)
})

test('twenty pages that start at once cost one login and one request', async () => {
  const { fake, request } = start()
  await Promise.all(Array.from({ length: 20 }, () => request({ login: true, url: url('/user') })))
  assert.deepEqual([fake.count('login'), asked(fake, '/user')], [1, 1])
})
