/** Timers: one for all calls that are on their way, one for the core, and whose time is counted. */
import assert from 'node:assert/strict'
import { ORIGIN, USER_URL, many, story, tally } from './stories.mjs'

story('a hundred calls that wx forgets are watched by one timer', async ({ startWarm, clock }) => {
  for (const observed of [true, false]) {
    const app = await startWarm({ observed })
    await clock.advance(130_000)
    assert.equal(clock.pending, 0, 'nothing is due')
    app.fake.fault('request', { kind: 'hang' })
    const calls = many(100, () => app.call())
    for (let minute = 1; minute < 30; minute++) {
      await clock.advance(60_000)
      assert.equal(clock.pending, 1, `minute ${minute}`)
    }
    await app.settled(calls)
    assert.deepEqual(tally(calls.map(({ type }) => type)), { ERR_TIMEOUT: 100 })
    await clock.advance(60_000)
    assert.equal(clock.pending, 0)
    app.stop()
  }
})

story('the core has one timer, however often it wants another time', async ({ start, clock }) => {
  const app = start({ latency: 10 })
  for (let round = 0; round < 4; round++) {
    await app.settled(many(5, () => app.call()))
    // The look at what is on its way, and the budget.
    assert.ok(clock.pending <= 2, `${clock.pending} timers`)
    await clock.advance(2000)
    app.server.expire()
  }
})

story('time in wx’s queue does not count: eighty uploads of 25 s, ten at once', async ({ startWarm }) => {
  const transfer = [25_000, 25_000]
  const app = await startWarm({ latency: { uploadFile: transfer }, files: { 'wxfile://a': 'a' } })
  const options = { url: `${ORIGIN}/upload`, login: true, filePath: 'wxfile://a', name: 'a', timeout: 26_000 }
  const calls = many(80, () => app.note((callbacks) => app.qcloud.uploadFile({ ...options, ...callbacks })))
  assert.deepEqual(tally(await app.settled(calls)), { success: 80 })
  assert.equal(app.fake.count('UploadTask.abort'), 0)
})

story('a request that is sent again has all its time anew', async ({ startWarm, clock }) => {
  const app = await startWarm()
  app.server.expire()
  const began = clock.elapsed()
  for (const ms of [1_500_000, 1_500_000]) {
    app.fake.fault('request', { kind: 'late', ms, times: 1, when: ({ url }) => url === USER_URL })
  }
  const call = app.call()
  await app.settled([call])
  assert.equal(call.type, undefined)
  assert.ok(clock.elapsed() - began > 3_000_000)
})
