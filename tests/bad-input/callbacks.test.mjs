/** Callbacks and listeners that are not functions, or that throw. */
import assert from 'node:assert/strict'
import { USER_URL, story } from '../client/stories.mjs'
import { assertExplained, assertThrowsExplained, assertUnharmed, notFunctions } from './values.mjs'

const names = ['success', 'fail', 'complete']

story(
  'a callback that is no function fails the call, by the callbacks that are',
  async ({ start, clock }) => {
    const app = start()
    for (const name of names) {
      for (const value of notFunctions()) {
        let told
        const tell = (error) => (told = error)
        const callbacks = { fail: tell, complete: tell, [name]: value }
        const task = app.qcloud.request({ url: USER_URL, ...callbacks })
        assert.equal(told, undefined, 'the caller has its task before it hears of the failure')
        await assert.rejects(clock.until(task))
        await clock.runUntilIdle()
        assertExplained(app, told, new RegExp(`^request：${name} 应为函数`))
        for (const api of ['login', 'getUserInfo']) {
          const call = () => app.qcloud[api]({ [name]: value })
          assertThrowsExplained(app, call, new RegExp(`^${api}：${name} 应为函数`))
        }
      }
    }
    assert.equal(app.fake.count('request'), 0)
    await assertUnharmed(app)
  }
)

story(
  'a callback that throws stops nothing, and what it throws surfaces',
  async ({ start, clock, uncaught }) => {
    const app = start()
    for (const options of [{ login: true, url: USER_URL }, { url: '' }]) {
      for (const thrower of names) {
        const told = []
        const callbacks = {}
        for (const name of names) {
          callbacks[name] = () => {
            told.push(name)
            if (name === thrower) throw new Error(`thrown by ${name}`)
          }
        }
        app.qcloud.request({ ...options, ...callbacks })
        await clock.runUntilIdle()
        const outcome = options.url ? 'success' : 'fail'
        assert.deepEqual(told, [outcome, 'complete'])
        const surfaced = uncaught.splice(0).map(({ message }) => message)
        assert.deepEqual(surfaced, told.includes(thrower) ? [`thrown by ${thrower}`] : [])
      }
    }
    await assertUnharmed(app)
  }
)

story('a callback that throws nothing worth catching is no worse', async ({ start, clock, uncaught }) => {
  const app = start()
  for (const thrown of [undefined, null, Symbol('thrown')]) {
    app.qcloud.login({
      success() {
        throw thrown
      }
    })
    await clock.runUntilIdle()
    assert.deepEqual(uncaught.splice(0), [thrown])
  }
  await assertUnharmed(app)
})

story('listeners that are no functions are refused at once', async ({ start }) => {
  const app = start()
  for (const api of ['onEvent', 'onSessionChange']) {
    for (const value of [undefined, null, ...notFunctions()]) {
      assertThrowsExplained(app, () => app.qcloud[api](value), new RegExp(`^${api}：listener 应为函数`))
    }
  }
  await assertUnharmed(app)
})

story(
  'a listener that throws keeps neither the others nor the call waiting',
  async ({ start, clock, uncaught }) => {
    const app = start({ observed: false })
    const heard = []
    const fail = () => {
      throw new Error('thrown by a listener')
    }
    for (const api of ['onEvent', 'onSessionChange']) {
      app.qcloud[api](fail)
      app.qcloud[api](() => heard.push(api))
    }
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.ok(heard.includes('onEvent') && heard.includes('onSessionChange'))
    await clock.runUntilIdle()
    assert.ok(uncaught.length > 1)
    for (const { message } of uncaught.splice(0)) assert.equal(message, 'thrown by a listener')
  }
)

story('a task takes anything for a listener', async ({ start, clock }) => {
  const app = start()
  for (const value of [undefined, null, ...notFunctions()]) {
    const task = app.qcloud.request({ login: true, url: USER_URL })
    for (const event of ['HeadersReceived', 'ChunkReceived']) {
      task[`on${event}`](value)
      task[`off${event}`](value)
      task[`on${event}`](value)
    }
    const finished = task.then(value, value).then((response) => response.statusCode)
    assert.equal(await clock.until(finished), 200)
    assert.equal((await clock.until(task.catch(value))).statusCode, 200)
    assert.equal((await clock.until(task.finally(value))).statusCode, 200)
    task.abort(value)
    task.abort()
  }
  await assertUnharmed(app)
})
