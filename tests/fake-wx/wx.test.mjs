import assert from 'node:assert/strict'
import test from 'node:test'
import { ORIGIN, names, settled, start } from './fixture.mjs'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'

test('storage copies values, keeps them by JSON, answers an empty string for a missing key', () => {
  const { fake, wx } = start({ storage: { kept: { deep: [1] } } })
  const value = { list: [1, 2] }
  wx.setStorageSync('key', value)
  value.list.push(3)
  const read = wx.getStorageSync('key')
  assert.deepEqual(read, { list: [1, 2] })
  read.list.push(4)
  assert.deepEqual(fake.stored('key'), { list: [1, 2] })
  assert.deepEqual(wx.getStorageSync('kept'), { deep: [1] })
  wx.removeStorageSync('key')
  assert.equal(wx.getStorageSync('key'), '')
  assert.throws(() => wx.setStorageSync('huge', 'x'.repeat(1024 * 1024)), /setStorageSync:fail/)
})

test('two apps that share a storage see one another; a copy is not shared', () => {
  const shared = new Map()
  const first = start({ storage: shared })
  const second = start({ storage: shared })
  first.wx.setStorageSync(SESSION_KEY, 'skey')
  assert.equal(second.wx.getStorageSync(SESSION_KEY), 'skey')
  assert.equal(start({ storage: { [SESSION_KEY]: 'other' } }).wx.getStorageSync(SESSION_KEY), 'other')
})

test('the log holds every host call in order, with copies of the options and the outcome', async () => {
  const { clock, fake, wx } = start()
  const header = { 'X-One': '1' }
  wx.getStorageSync('key')
  wx.request({ url: `${ORIGIN}/public`, header, data: { list: [1] }, success() {} })
  header['X-One'] = 'changed later'
  assert.equal(fake.log[1].outcome, 'pending')
  await clock.until(wx.login())
  await clock.runUntilIdle()
  assert.deepEqual(fake.trace(), ['getStorageSync', 'request GET /public', 'login'])
  const [, request] = fake.log
  assert.deepEqual(request.options, {
    url: `${ORIGIN}/public`,
    header: { 'X-One': '1' },
    data: { list: [1] }
  })
  assert.equal(request.outcome, 'success')
  assert.ok(request.answeredAt > request.time)
  assert.equal(fake.count(), 3)
  assert.equal(fake.calls('request', ({ url }) => url.endsWith('/public')).length, 1)
  fake.resetLog()
  assert.equal(fake.count(), 0)
})

test('each fault does what it says: hang, throw, fail, rubbish, late, twice', async () => {
  const { clock, fake, wx } = start({ latency: 10 })
  const outcomeOf = async (fault) => {
    const armed = fake.fault('login', fault)
    const answers = settled(wx, 'login')
    await clock.runUntilIdle()
    armed.remove()
    return answers
  }
  assert.deepEqual(await outcomeOf({ kind: 'hang' }), [])
  assert.equal(fake.log.at(-1).outcome, 'hang')

  fake.fault('login', { kind: 'throw', times: 1 })
  assert.throws(() => wx.login({}), /injected exception/)
  assert.equal(fake.log.at(-1).outcome, 'throw')

  const failed = await outcomeOf({ kind: 'fail', errMsg: 'system error', errno: 1 })
  assert.deepEqual(failed[0], ['fail', { errMsg: 'login:fail system error', errno: 1 }])
  assert.deepEqual(names(failed), ['fail', 'complete'])

  assert.deepEqual((await outcomeOf({ kind: 'rubbish', value: null }))[0], ['success', null])
  assert.deepEqual((await outcomeOf({ kind: 'rubbish', as: 'fail' }))[0], ['fail', undefined])

  const before = clock.elapsed()
  assert.deepEqual(names(await outcomeOf({ kind: 'late', ms: 60_000 })), ['success', 'complete'])
  assert.ok(clock.elapsed() - before >= 60_000)

  assert.deepEqual(names(await outcomeOf({ kind: 'twice' })), ['success', 'complete', 'success', 'complete'])
  assert.deepEqual(names(await outcomeOf({ kind: 'twice', then: 'fail' })).slice(2), ['fail', 'complete'])
})

test('a fault chooses its calls: skip, times, when; and whether the server heard of the request', async () => {
  const { clock, fake, server, wx } = start()
  const publicly = () => settled(wx, 'request', { url: `${ORIGIN}/public` })
  fake.fault('request', { kind: 'fail', skip: 1, times: 1, when: ({ url }) => url.endsWith('/public') })
  const runs = []
  for (let i = 0; i < 3; i += 1) {
    runs.push(publicly())
    await clock.runUntilIdle()
  }
  assert.deepEqual(
    runs.map((answers) => answers[0][0]),
    ['success', 'fail', 'success']
  )
  assert.equal(server.records.anonymous, 2)

  fake.fault('request', { kind: 'fail', when: ({ url }) => url.endsWith('/other') })
  const passed = publicly()
  await clock.runUntilIdle()
  assert.deepEqual(names(passed), ['success', 'complete'])
  assert.equal(server.records.anonymous, 3)

  fake.fault('request', { kind: 'hang', delivered: true, times: 1 })
  assert.deepEqual(publicly(), [])
  await clock.runUntilIdle()
  assert.equal(server.records.anonymous, 4)
})

test('a failed login leaves the session_key alone, unless WeChat had done its part before', async () => {
  const { clock, fake, wx } = start()
  await clock.until(wx.login())
  const before = await clock.until(wx.getUserInfo())
  const keyOf = ({ encryptedData }) => encryptedData.split('/')[0]
  fake.fault('login', { kind: 'fail', times: 1 })
  await assert.rejects(clock.until(wx.login()))
  assert.equal(keyOf(await clock.until(wx.getUserInfo())), keyOf(before))
  fake.fault('login', { kind: 'fail', times: 1, delivered: true })
  await assert.rejects(clock.until(wx.login()))
  assert.notEqual(keyOf(await clock.until(wx.getUserInfo())), keyOf(before))
})

test('faults that make no sense are refused', () => {
  const { fake } = start()
  assert.throws(() => fake.fault('getStorageSync', { kind: 'hang' }), /no fault 'hang'/)
  assert.throws(() => fake.fault('login', { kind: 'explode' }), /no fault 'explode'/)
  assert.throws(() => fake.fault('noSuchApi', { kind: 'hang' }), /no 'noSuchApi'/)
})

test('what a callback throws does not stop complete, and surfaces through the clock', async () => {
  const { clock, wx } = start()
  let completed = false
  wx.login({
    success() {
      throw new Error('from the callback')
    },
    complete: () => (completed = true)
  })
  await assert.rejects(clock.runUntilIdle(), /from the callback/)
  assert.equal(completed, true)
})

test('the synchronous mode answers inside the call, and counts without a log', () => {
  const { fake, wx } = start({ latency: 0, log: 'counts', storage: { key: { a: 1 } } })
  let answer
  wx.request({ url: `${ORIGIN}/public`, success: (result) => (answer = result) })
  assert.equal(answer.statusCode, 200)
  let code
  wx.login({ success: (result) => (code = result.code) })
  assert.equal(typeof code, 'string')
  assert.deepEqual(wx.getStorageSync('key'), { a: 1 })
  wx.setStorageSync('key', { a: 2 })
  assert.deepEqual(wx.getStorageSync('key'), { a: 2 })
  assert.equal(fake.count('request'), 1)
  assert.equal(fake.count(), 5)
  assert.deepEqual(fake.log, [])
})

test('an older base library lacks the newer APIs', () => {
  const { wx } = start({ libVersion: '2.9.5' })
  assert.equal(wx.getUserProfile, undefined)
  assert.equal(wx.getApiCategory, undefined)
  assert.equal(wx.canIUse('getUserProfile'), false)
  assert.equal(start().wx.canIUse('button.open-type.chooseAvatar'), true)
})

test('the same seed gives the same run, another seed another one', async () => {
  const run = async (seed) => {
    const { clock, fake, wx } = start({ seed })
    for (let i = 0; i < 5; i += 1) wx.login({ success() {} })
    await clock.runUntilIdle()
    return fake.log.map(({ answeredAt }) => answeredAt)
  }
  assert.deepEqual(await run(7), await run(7))
  assert.notDeepEqual(await run(7), await run(8))
})
