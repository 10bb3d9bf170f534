import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked, callbacks, launch, outcomeOf, url } from './stories.mjs'

const MINUTE = 60_000

/** A server that counts what it answers at /news. */
const start = (choices) => {
  const app = launch({ latency: 10 })
  let edition = 0
  app.fake.server.route('/news', () => ({ data: { edition: ++edition, tags: ['a'] } }))
  app.fake.server.route('/mine', (_, { user }) => ({ data: { user, edition: ++edition } }), { session: true })
  const request = app.extra('cache').withCache(app.qcloud.request, choices)
  const edition_ = async (options) => (await request({ url: url('/news'), ...options })).data.edition
  return { ...app, request, edition: edition_ }
}

test('an answer is given out again while it is fresh, and fetched anew afterwards', async () => {
  const { fake, edition } = start({ maxAgeMs: MINUTE })
  assert.equal(await edition(), 1)
  await fake.clock.advance(MINUTE - 1000)
  assert.equal(await edition(), 1)
  assert.equal(asked(fake, '/news'), 1)
  await fake.clock.advance(1001)
  assert.equal(await edition(), 2)
})

test('what is cached comes by callbacks as from wx: later, success, complete', async () => {
  const { fake, request, edition } = start()
  await edition()
  const { options, names } = callbacks()
  request({ url: url('/news'), ...options })
  assert.deepEqual(names(), [])
  await fake.clock.runUntilIdle()
  assert.deepEqual(names(), ['success', 'complete'])
  assert.equal(asked(fake, '/news'), 1)
})

test('a cached answer that is aborted before it came does not come', async () => {
  const { request, edition } = start()
  await edition()
  const task = request({ url: url('/news') })
  task.abort()
  assert.equal(await outcomeOf(task), 'ERR_ABORTED')
})

test('stale while revalidate: the old answer at once, one request in the background, the new one next time', async () => {
  const { fake, edition } = start({ maxAgeMs: MINUTE, staleMs: MINUTE })
  await edition()
  await fake.clock.advance(MINUTE + 1000)
  assert.deepEqual(await Promise.all([edition(), edition(), edition()]), [1, 1, 1])
  await fake.clock.runUntilIdle()
  assert.equal(asked(fake, '/news'), 2)
  assert.equal(await edition(), 2)
  await fake.clock.advance(2 * MINUTE + 1000)
  assert.equal(await edition(), 3)
})

test('a background request that fails leaves what is there, and the next one tries again', async () => {
  const { fake, edition } = start({ maxAgeMs: MINUTE, staleMs: MINUTE })
  await edition()
  await fake.clock.advance(MINUTE + 1000)
  fake.fault('request', { kind: 'fail', times: 1 })
  assert.equal(await edition(), 1)
  await fake.clock.runUntilIdle()
  assert.equal(await edition(), 1)
  await fake.clock.runUntilIdle()
  assert.equal(await edition(), 2)
})

test('errors and answers outside 200 to 299 are not kept', async () => {
  const { fake, edition, request } = start()
  fake.fault('request', { kind: 'fail', times: 1 })
  assert.equal(await outcomeOf(request({ url: url('/news') })), 'ERR_NETWORK')
  fake.server.respond('/news', { statusCode: 500 })
  assert.equal(await outcomeOf(request({ url: url('/news') })), 500)
  assert.equal(await edition(), 1)
})

test('what differs in url, data, headers or reading is another answer; the order of data is no difference', async () => {
  const { fake, edition } = start()
  await edition({ data: { a: 1, b: 2 } })
  await edition({ data: { b: 2, a: 1 } })
  assert.equal(fake.count('request'), 1)
  for (const options of [
    { data: { a: 1 } },
    { header: { 'X-A': '1' } },
    { responseType: 'arraybuffer' },
    {}
  ]) {
    await edition(options).catch(() => {})
  }
  assert.equal(fake.count('request'), 5)
})

test('only GET is cached', async () => {
  const { edition } = start()
  assert.equal(await edition({ method: 'POST' }), 1)
  assert.equal(await edition({ method: 'POST' }), 2)
})

test('what one caller does to its answer does not reach the next', async () => {
  const { request, edition } = start()
  const { data } = await request({ url: url('/news') })
  data.edition = 'mine'
  data.tags.push('b')
  const again = await request({ url: url('/news') })
  assert.equal(again.data.edition, 1)
  again.data.tags.push('c')
  assert.deepEqual((await request({ url: url('/news') })).data.tags, ['a'])
})

test('the next user does not get what the one before was told', async () => {
  const { fake, qcloud, request } = start()
  const mine = async () => (await request({ login: true, url: url('/mine') })).data
  assert.deepEqual(await mine(), { user: 'demo', edition: 1 })
  assert.deepEqual(await mine(), { user: 'demo', edition: 1 })
  qcloud.clearSession()
  fake.person.id = 'other'
  assert.deepEqual(await mine(), { user: 'other', edition: 2 })
})

test('an answer on its way when the user logs out is not kept for the next one', async () => {
  const { fake, qcloud, request } = start()
  await qcloud.login()
  // It comes when the next user has long been there.
  fake.fault('request', { kind: 'late', ms: 5000, times: 1, when: (options) => options.url === url('/mine') })
  const late = request({ login: true, url: url('/mine') })
  await fake.clock.advance(1)
  qcloud.clearSession()
  fake.person.id = 'other'
  await qcloud.login()
  assert.equal((await late).data.user, 'demo')
  const { data } = await request({ login: true, url: url('/mine') })
  assert.equal(data.user, 'other')
})

test('a login that the call itself made is no change of the user', async () => {
  const { fake, request } = start()
  await request({ login: true, url: url('/mine') })
  await request({ login: true, url: url('/mine') })
  assert.equal(asked(fake, '/mine'), 1)
})

test('the session that the launch found in the storage is no change of the user', async () => {
  const before = start()
  await before.qcloud.login()
  const { storage, server } = before.fake
  const { extra, fake, qcloud } = launch({ storage, server, latency: 10 })
  const request = extra('cache').withCache(qcloud.request)
  await request({ login: true, url: url('/mine') })
  await request({ login: true, url: url('/mine') })
  assert.equal(asked(fake, '/mine'), 1)
})

test('what nobody was told, while somebody logged in, is not kept for the user', async () => {
  const { fake, qcloud, request } = start()
  fake.server.route('/hello', ({ header }) => ({ data: header['X-WX-Skey'] ? 'you' : 'stranger' }))
  fake.fault('request', { kind: 'late', ms: 5000, times: 1 })
  const hello = () => request({ url: url('/hello') }).then(({ data }) => data)
  const late = hello()
  await qcloud.login()
  assert.equal(await late, 'stranger')
  assert.equal(await hello(), 'you')
})

test('clear forgets one answer or all, also one that is on its way', async () => {
  const { fake, request, edition } = start({ key: ({ url }) => url })
  await edition()
  request.clear(url('/news'))
  assert.equal(await edition(), 2)
  request.clear()
  const late = edition()
  await fake.clock.advance(1)
  request.clear()
  assert.equal(await late, 3)
  assert.equal(await edition(), 4)
})

test('no more answers are kept than the limit says; the oldest goes first', async () => {
  const { fake, request } = start({ limit: 2 })
  const page = (number) => request({ url: url('/news'), data: { page: number } })
  for (const number of [1, 2, 3]) await page(number)
  await page(3)
  await page(2)
  assert.equal(fake.count('request'), 3)
  await page(1)
  assert.equal(fake.count('request'), 4)
})

test('a wall clock that was set back makes no answer eternal', async () => {
  const { fake, edition } = start()
  await edition()
  fake.clock.jump(-365 * 24 * 3_600_000)
  assert.equal(await edition(), 2)
})

test('bytes are cached as bytes', async () => {
  const { request } = start()
  const read = async () => (await request({ url: url('/news'), responseType: 'arraybuffer' })).data
  const [first, second] = [await read(), await read()]
  assert.notEqual(first, second)
  assert.deepEqual(new Uint8Array(first), new Uint8Array(second))
})
