import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callbacks, launch, outcomeOf, url } from './stories.mjs'

const start = () => {
  const app = launch({ latency: 10 })
  const request = app.extra('interceptors').withInterceptors(app.qcloud.request)
  return { ...app, request, before: request.interceptors.request, after: request.interceptors.response }
}

test('before: what a handler returns is sent; the last added runs first, as in axios', async () => {
  const { fake, request, before } = start()
  const add = (name) => (options) => ({
    ...options,
    header: { ...options.header, 'X-Order': `${options.header?.['X-Order'] ?? ''}${name}` }
  })
  before.use(add('a'))
  before.use(async (options) => add('b')(options))
  await request({ url: url('/public') })
  assert.equal(fake.calls('request')[0].options.header['X-Order'], 'ba')
})

test('after: handlers get the answer, the first added first, and what they return is the result', async () => {
  const { request, after } = start()
  after.use(({ statusCode, data }) => {
    if (statusCode >= 400) throw Object.assign(new Error(data.message), { type: `HTTP_${statusCode}` })
    return data
  })
  after.use((data) => ({ ...data, seen: true }))
  const { options, names, told } = callbacks()
  const result = await request({ url: url('/public'), ...options })
  assert.equal(result.seen, true)
  assert.deepEqual(names(), ['success', 'complete'])
  assert.equal(told[0][1], result)
  assert.equal(await outcomeOf(request({ url: url('/nowhere') })), 'HTTP_404')
})

test('on failure: a handler can put an answer in its place', async () => {
  const { fake, request, after } = start()
  after.use(undefined, (error) => ({ statusCode: 0, data: { offline: error.type } }))
  fake.setOffline(true)
  assert.deepEqual((await request({ url: url('/public') })).data, { offline: 'ERR_NETWORK' })
})

test('a handler before that throws keeps the request from being sent; those after it are asked', async () => {
  const { fake, request, before, after } = start()
  before.use(() => {
    throw Object.assign(new Error('not on this page'), { type: 'APP' })
  })
  const asked = []
  after.use(undefined, (error) => {
    asked.push(error.type)
    throw error
  })
  const { options, names } = callbacks()
  assert.equal(await outcomeOf(request({ url: url('/public'), ...options })), 'APP')
  assert.deepEqual([names(), asked], [['fail', 'complete'], ['APP']])
  assert.equal(fake.count('request'), 0)
})

test('a handler can repeat the call', async () => {
  const { fake, qcloud, request, after } = start()
  after.use(undefined, (error) => {
    if (error.type !== 'ERR_NETWORK') throw error
    return qcloud.request({ url: url('/public') })
  })
  fake.fault('request', { kind: 'fail', times: 1 })
  assert.equal(await outcomeOf(request({ url: url('/public') })), 200)
})

test('eject removes handlers by their number, clear all of them', async () => {
  const { request, after } = start()
  const seen = []
  const see = (name) => (answer) => {
    seen.push(name)
    return answer
  }
  const first = after.use(see('first'))
  after.use(see('second'))
  after.eject(first)
  await request({ url: url('/public') })
  after.clear()
  await request({ url: url('/public') })
  assert.deepEqual(seen, ['second'])
})

test('aborted while a handler is at work, a call ends at once, and nothing is sent', async () => {
  const { fake, request, before } = start()
  let go
  before.use((options) => new Promise((resolve) => (go = () => resolve(options))))
  const task = request({ url: url('/public') })
  await fake.clock.advance(1)
  task.abort()
  go()
  assert.equal(await outcomeOf(task), 'ERR_ABORTED')
  await fake.clock.runUntilIdle()
  assert.equal(fake.count('request'), 0)
})

test('handlers cannot take the caller’s callbacks away', async () => {
  const { request, before } = start()
  before.use(({ url }) => ({ url, success: () => assert.fail('a handler’s callback was called') }))
  const { options, names } = callbacks()
  await request({ url: url('/public'), ...options })
  assert.deepEqual(names(), ['success', 'complete'])
})

test('two wrapped functions have handlers of their own', async () => {
  const { qcloud, extra, request, after } = start()
  const other = extra('interceptors').withInterceptors(qcloud.request)
  after.use(() => 'changed')
  assert.equal(await request({ url: url('/public') }), 'changed')
  assert.equal((await other({ url: url('/public') })).statusCode, 200)
})
