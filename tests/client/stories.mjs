/**
 * A story is a test of the built package that runs on every host (hosts.mjs), in virtual time:
 *
 *   story('a hundred cold calls cost one login', async ({ start, clock }) => {
 *     const app = start()
 *     const calls = Array.from({ length: 100 }, () => app.call())
 *     await app.settled(calls)
 *     assert.equal(app.fake.count('login'), 1)
 *   })
 *
 *   start({ Server, serverOptions, configuration, observed, …(options of startApp) })
 *                          // configured, unless `configuration` is null; watched by onEvent, unless not `observed`
 *   await startWarm({ … }) // with a live session, the log and the server's records empty
 *   app.call(options)      // qcloud.request({ login: true, url: USER_URL, …options }), its callbacks noted
 *   app.note((callbacks) => qcloud.anything(callbacks))     // the same for any other call
 *     → { told: ['success', 'complete'], outcome, value, type, task, done }
 *   await app.settled(calls)    // the outcomes, once all have settled
 *   app.server, app.fake, app.qcloud, app.events, app.errors
 *   uncaught               // what was thrown where nobody catches; a story takes out what it expected
 *
 * What holds in every story is checked at its end: each noted call settled once and in the manner of wx, no secret
 * was let out by an event, error or console line, event times never fall, the login URL saw no session, nothing
 * went uncaught.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'
import { hosts } from './hosts.mjs'
import { collectSecrets, noteErrors, secretIn, wordsOfError } from './secrets.mjs'

export const ORIGIN = 'https://api.example.com'
export const LOGIN_URL = `${ORIGIN}/login`
export const USER_URL = `${ORIGIN}/user`

const EVENT_MEMBERS = ['type', 'at', 'call', 'error']

/** A call whose callbacks are noted. */
class NotedCall {
  told = []
  outcome = 'pending'
  value = undefined
  done = new Promise((resolve) => (this.resolve = resolve))

  callbacks = {
    success: (value) => this.#tell('success', value),
    fail: (value) => this.#tell('fail', value),
    complete: (value) => {
      this.told.push('complete')
      this.completedWith = value
      this.resolve(this)
    }
  }

  get type() {
    return this.outcome === 'fail' ? this.value.type : undefined
  }

  #tell(outcome, value) {
    this.told.push(outcome)
    this.outcome = outcome
    this.value = value
  }

  assertSettledOnce() {
    assert.deepEqual(
      this.told,
      [this.outcome, 'complete'],
      'a call settles once: success or fail, then complete'
    )
    assert.equal(this.completedWith, this.value, 'complete gets what success or fail got')
  }
}

class Stage {
  uncaught = []
  clock = new VirtualClock({ onUncaught: (error) => this.uncaught.push(error) })
  #host
  #apps = []
  #calls = []

  constructor(host) {
    this.#host = host
  }

  start = ({
    Server = WaferServer,
    serverOptions,
    server = new Server({ clock: this.clock, ...serverOptions }),
    configuration = {},
    observed = true,
    wasm,
    ...options
  } = {}) => {
    const { clock } = this
    const { name: _name, ...host } = this.#host
    const answers = host.wasm && { ...host.wasm, ...wasm }
    const device = startApp({ ...host, wasm: answers, clock, server, ...options })
    /* In Node the package is one module for all who require it now: a copy of it has to be held on to. */
    const app = { ...device, qcloud: device.qcloud, server, events: [], errors: [], secrets: new Set() }
    this.#apps.push(app)
    readLogOf(app)
    if (host.environment === 'node') captureConsole(app)
    noteErrors(app.qcloud.LoginError, app.errors)
    noteErrors(app.qcloud.RequestError, app.errors)
    if (observed) app.qcloud.onEvent((event) => app.events.push(event))
    app.note = (make) => this.#note(make)
    app.call = (given) =>
      this.#note((callbacks) => app.qcloud.request({ login: true, url: USER_URL, ...given, ...callbacks }))
    app.settled = (calls) => this.settled(calls)
    app.types = () => app.events.map(({ type }) => type)
    if (host.wasm === null)
      app.qcloud.configure({ fallback: () => app.require('wafer-client-wasm/fallback') })
    if (configuration) app.qcloud.configure({ loginUrl: LOGIN_URL, ...configuration })
    return app
  }

  /** An app with a live session, its log and records empty. */
  startWarm = async (options) => {
    const app = this.start(options)
    await app.settled([app.call()])
    assert.equal(app.fake.count('login'), 1)
    app.fake.resetLog()
    app.server.resetRecords()
    app.events.length = 0
    return app
  }

  settled = async (calls) => {
    await this.clock.until(Promise.all(calls.map(({ done }) => done)))
    return calls.map(({ outcome }) => outcome)
  }

  #note(make) {
    const call = new NotedCall()
    this.#calls.push(call)
    call.task = make(call.callbacks)
    return call
  }

  async close() {
    await this.clock.runUntilIdle()
    for (const call of this.#calls) call.assertSettledOnce()
    assert.deepEqual(this.uncaught, [])
    for (const app of this.#apps) checkApp(app)
  }

  stop() {
    for (const app of this.#apps.reverse()) {
      app.restoreConsole?.()
      app.stop()
    }
  }
}

/** Reads the log before a story throws it away: for secrets, and for session headers on their way to the login URL. */
function readLogOf(app) {
  const { fake } = app
  const reset = fake.resetLog
  app.readLog = () => {
    collectSecrets(fake.log, app.secrets)
    const logins = fake.calls('request', ({ url }) => url === LOGIN_URL)
    for (const { options } of logins) {
      assert.equal(options.header?.['X-WX-Skey'], undefined, 'the login URL got session headers')
    }
  }
  fake.resetLog = () => {
    app.readLog()
    reset()
  }
}

function captureConsole(app) {
  const saved = globalThis.console
  const captured = { ...saved }
  for (const method of ['debug', 'log', 'info', 'warn', 'error']) {
    captured[method] = (...words) => void app.console.push([method, ...words])
  }
  globalThis.console = captured
  app.restoreConsole = () => {
    globalThis.console = saved
  }
}

function checkApp({ events, errors, console, secrets, readLog }) {
  readLog()
  for (const error of errors) {
    assert.equal(secretIn(wordsOfError(error), secrets), undefined, `a secret in the error: ${error.message}`)
  }
  assert.equal(secretIn(events, secrets), undefined, 'a secret in an event')
  assert.equal(secretIn(console, secrets), undefined, 'a secret on the console')
  let latest = 0
  for (const event of events) {
    assert.ok(event.at >= latest, `the time of ${event.type} falls from ${latest} to ${event.at}`)
    latest = event.at
    for (const member of Object.keys(event)) assert.ok(EVENT_MEMBERS.includes(member), `event.${member}`)
  }
}

/**
 * @param {{ needs?: 'wasm', only?: string[] }} [options] `needs: 'wasm'`: not on the host that has none; `only`: on the
 *   hosts of these names
 */
export function story(name, ...rest) {
  const tell = rest.pop()
  const [{ needs, only } = {}] = rest
  for (const host of hosts) {
    if ((needs === 'wasm' && host.wasm === null) || (only && !only.includes(host.name))) continue
    test(`${name} [${host.name}]`, async () => {
      const stage = new Stage(host)
      try {
        await tell({ ...stage, host })
        await stage.close()
      } finally {
        stage.stop()
      }
    })
  }
}

/** `count` times what `make(index)` gives. */
export const many = (count, make) => Array.from({ length: count }, (_, index) => make(index))

/** How often each value occurs: `{ success: 100 }`. */
export function tally(values) {
  const counts = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
