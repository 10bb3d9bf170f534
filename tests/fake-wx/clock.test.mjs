import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'

test('timers fire in the order of their time, and equal ones in the order in which they were set', async () => {
  const clock = new VirtualClock()
  const order = []
  clock.setTimeout(() => order.push('late'), 20)
  clock.setTimeout(() => order.push('first'), 10)
  clock.setTimeout(() => order.push('second'), 10)
  await clock.advance(9)
  assert.deepEqual(order, [])
  await clock.advance(1)
  assert.deepEqual(order, ['first', 'second'])
  await clock.runUntilIdle()
  assert.deepEqual(order, ['first', 'second', 'late'])
})

test('microtasks, however long their chain, run before the next timer', async () => {
  const clock = new VirtualClock()
  const order = []
  clock.setTimeout(async () => {
    for (let i = 0; i < 1000; i += 1) await null
    order.push('chain of the first timer')
  }, 1)
  clock.setTimeout(() => order.push('second timer'), 2)
  await clock.advance(5)
  assert.deepEqual(order, ['chain of the first timer', 'second timer'])
})

test('a timer sees the time for which it was set, and timers set by timers fire in the same advance', async () => {
  const clock = new VirtualClock({ start: 1_000 })
  const seen = []
  clock.setTimeout(() => {
    seen.push(clock.now())
    clock.setTimeout(() => seen.push(clock.now()), 5)
  }, 10)
  await clock.advance(100)
  assert.deepEqual(seen, [1_010, 1_015])
  assert.equal(clock.now(), 1_100)
})

test('the wall clock can jump back without firing or delaying a timer', async () => {
  const clock = new VirtualClock({ start: 1_000_000 })
  let fired = 0
  clock.setTimeout(() => (fired += 1), 10)
  clock.jump(-500_000)
  assert.equal(clock.now(), 500_000)
  assert.equal(clock.elapsed(), 0)
  await clock.advance(10)
  assert.equal(fired, 1)
  assert.equal(new clock.Date().getTime(), 500_010)
})

test('while the app sleeps no timer fires; overdue ones fire when it wakes, at the time of waking', async () => {
  const clock = new VirtualClock({ start: 0 })
  const seen = []
  clock.setTimeout(() => seen.push(clock.now()), 10)
  clock.sleep(60_000)
  assert.deepEqual(seen, [])
  await clock.advance(0)
  assert.deepEqual(seen, [60_000])
})

test('a cleared timer never fires, an interval fires until it is cleared', async () => {
  const clock = new VirtualClock()
  let ticks = 0
  const cleared = clock.setTimeout(() => assert.fail('cleared'), 5)
  clock.clearTimeout(cleared)
  const interval = clock.setInterval(() => {
    ticks += 1
    if (ticks === 3) clock.clearInterval(interval)
  }, 10)
  await clock.runUntilIdle()
  assert.equal(ticks, 3)
  assert.equal(clock.pending, 0)
})

test('what a timer throws fails the advance that fired it, unless somebody asked for it', async () => {
  const clock = new VirtualClock()
  clock.setTimeout(() => {
    throw new Error('thrown by a timer')
  }, 1)
  await assert.rejects(clock.advance(1), /thrown by a timer/)

  const seen = []
  const watched = new VirtualClock({ onUncaught: (error) => seen.push(error.message) })
  watched.setTimeout(() => {
    throw new Error('watched')
  }, 1)
  await watched.advance(1)
  assert.deepEqual(seen, ['watched'])
})

test('until() answers as the promise does, and says so when nothing could settle it any more', async () => {
  const clock = new VirtualClock()
  assert.equal(
    await clock.until(new Promise((resolve) => clock.setTimeout(() => resolve('value'), 30))),
    'value'
  )
  assert.equal(clock.elapsed(), 30)
  await assert.rejects(clock.until(Promise.reject(new Error('reason'))), /reason/)
  await assert.rejects(clock.until(new Promise(() => {})), /never settles/)
})

test('runUntilIdle refuses a timer that re-arms itself for ever', async () => {
  const clock = new VirtualClock()
  clock.setInterval(() => {}, 1_000)
  await assert.rejects(clock.runUntilIdle({ limitMs: 10_000 }), /still armed/)
})

test('a delay beyond 32 bits fires at once, as hosts do', async () => {
  const clock = new VirtualClock()
  let fired = false
  clock.setTimeout(() => (fired = true), 2 ** 31)
  await clock.advance(0)
  assert.equal(fired, true)
})
