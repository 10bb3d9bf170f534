/**
 * One phone in virtual time, with the built package, before the real session server: what the phone waits for passes in
 * an instant, what the server does takes as long as it takes, and time stands still meanwhile.
 *
 *   const phone = world(server, { user: { id: 'anna' } })
 *   const told = await phone.call((callbacks) => phone.qcloud.request({ url: '/user', login: true, ...callbacks }))
 *   // { said: 'answer' or an error's type, seconds, logins, requests }
 *   await phone.run(() => phone.fake.count('login') > 0)       // until that holds, or nothing is left to happen
 *   await phone.pass(61_000)
 *   phone.onRequest = async (path) => {…}       // what happens beside each request; time waits for it
 */
import assert from 'node:assert/strict'
import { collectSecrets, noteErrors, secretIn, wordsOfError } from '../client/secrets.mjs'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'

const macrotask = () => new Promise((resolve) => setImmediate(resolve))

/** A clock that tells when its next timer is due. */
class SteppedClock extends VirtualClock {
  #due = new Map()

  constructor(options) {
    super(options)
    const { setTimeout: arm, clearTimeout: disarm } = this
    this.setTimeout = (callback, delay, ...args) => {
      const id = arm(() => {
        this.#due.delete(id)
        callback(...args)
      }, delay)
      this.#due.set(id, this.elapsed() + Math.max(0, Math.floor(Number(delay) || 0)))
      return id
    }
    this.clearTimeout = (id) => {
      this.#due.delete(id)
      disarm(id)
    }
  }

  /** Ms until the next timer; undefined if there is none. */
  get nextInMs() {
    return this.#due.size > 0 ? Math.max(0, Math.min(...this.#due.values()) - this.elapsed()) : undefined
  }
}

/**
 * The server as the phone reaches it, each exchange noted while it is under way. What the phone asks in the same moment is
 * answered in turn, so that every run is the same.
 */
function watched({ transport, wechat }, underWay, noteRequest) {
  let latest = Promise.resolve()
  const watch = (exchange) => {
    underWay.add(exchange)
    const end = () => underWay.delete(exchange)
    exchange.then(end, end)
    return exchange
  }
  const inTurn =
    (act) =>
    (...given) => {
      const exchange = latest.then(() => act(...given))
      latest = exchange.catch(() => {})
      return watch(exchange)
    }
  return {
    server: {
      handle: inTurn((request) => {
        watch(Promise.resolve(noteRequest(request.path)))
        return transport.handle(request)
      }),
      openSocket: (...given) => watch(transport.openSocket(...given))
    },
    wechat: Object.fromEntries(Object.entries(wechat).map(([name, act]) => [name, inTurn(act)]))
  }
}

let seed = 0

/** @param {object} server as startServer gives it; further options are those of startApp */
export function world(server, { configuration, storage, ...options } = {}) {
  const uncaught = []
  const clock = new SteppedClock({ onUncaught: (error) => uncaught.push(error) })
  const underWay = new Set()
  const requests = []
  const noteRequest = (path) => {
    requests.push(path)
    return app.onRequest?.(path)
  }
  const app = startApp({
    environment: 'bare',
    clock,
    latency: 20,
    seed: ++seed,
    ...watched(server, underWay, noteRequest),
    ...(storage && { storage }),
    ...options
  })
  const { qcloud, fake } = app
  const errors = []
  const secrets = new Set()
  noteErrors(qcloud.LoginError, errors)
  noteErrors(qcloud.RequestError, errors)
  qcloud.configure({ loginUrl: `${server.origin}/login`, baseUrl: server.origin, ...configuration })

  const settle = async () => {
    await macrotask()
    while (underWay.size > 0) {
      await Promise.race([...underWay].map((exchange) => exchange.catch(() => {})))
      await macrotask()
    }
  }

  async function run(isDone) {
    for (;;) {
      await settle()
      const { nextInMs } = clock
      if (isDone() || nextInMs === undefined) return
      await clock.advance(nextInMs)
    }
  }

  async function pass(ms) {
    const end = clock.elapsed() + ms
    for (;;) {
      await settle()
      const { nextInMs } = clock
      if (nextInMs === undefined || clock.elapsed() + nextInMs > end) break
      await clock.advance(nextInMs)
    }
    await clock.advance(end - clock.elapsed())
  }

  /**
   * Makes a call; what it is told, how long that took, and what it cost, once it has settled. `meanwhile` is what happens
   * once it is made.
   */
  async function call(make, meanwhile) {
    const told = []
    const began = clock.elapsed()
    const before = { logins: fake.count('login'), requests: requests.length }
    const note = (name) => (value) => told.push([name, value, clock.elapsed() - began])
    make({ success: note('success'), fail: note('fail'), complete: note('complete') })
    await meanwhile?.()
    await run(() => told.length > 1)
    assert.deepEqual(
      told.map(([name]) => name),
      [told[0]?.[0], 'complete'],
      'a call settles once'
    )
    const [[name, value, ms]] = told
    return {
      said: name === 'success' ? 'answer' : value.type,
      value,
      seconds: Math.round(ms / 1000),
      logins: fake.count('login') - before.logins,
      requests: requests.slice(before.requests).filter((path) => path !== '/login').length
    }
  }

  /** What holds at the end of each story. */
  function close() {
    collectSecrets(fake.log, secrets)
    assert.equal(secretIn([app.console, errors.map(wordsOfError)], secrets), undefined)
    for (const { options } of fake.calls('request', ({ url }) => url.endsWith('/login'))) {
      assert.equal(options.header['X-WX-Skey'], undefined, 'the login URL got session headers')
    }
    assert.deepEqual(uncaught, [])
    app.stop()
  }

  return Object.assign(app, { call, run, pass, close, requests, origin: server.origin })
}
