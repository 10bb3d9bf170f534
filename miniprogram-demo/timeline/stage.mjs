/**
 * What the timeline plays on: the session server with a database of its own, and a phone on which the built
 * package runs as in a mini-program. Time, HTTP, SQLite and AES are real; WeChat is simulated.
 */
import { readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { REAL, startServer } from '../../fake-wx/run/bridge.mjs'
import { systemClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { Moments } from './moments.mjs'

export const AVATAR_FILE = 'wxfile://tmp_avatar.png'
const avatar = readFileSync(new URL('../host/assets/avatar-user.png', import.meta.url))

/** A busy machine is not to look like a WeChat that does not answer. */
const PATIENT = { loginMs: 60_000, checkSessionMs: 60_000, loginRequestMs: 60_000 }

/** Real time, as long as the mini-program is open: its timers end with it. */
function appClock() {
  const timers = new Set()
  return {
    ...systemClock,
    setTimeout(...args) {
      const timer = systemClock.setTimeout(...args)
      timers.add(timer)
      return timer
    },
    close: () => timers.forEach(systemClock.clearTimeout)
  }
}

export class Stage {
  /** What the phone keeps when the mini-program is closed. */
  #storage = new Map()
  #starting = startServer()
  #moments = new Moments(() => this.#takeNativeCalls())
  #taken = { wx: 0, wasm: 0 }

  async ready() {
    this.server = await this.#starting
  }

  /** Opens the mini-program, which configures the SDK as an app.js would. */
  openApp() {
    const { server } = this
    this.app = startApp({
      clock: appClock(),
      latency: REAL,
      server: server.transport,
      wechat: server.wechat,
      storage: this.#storage,
      wasm: { loadMs: 0 }
    })
    this.app.fake.files.set(AVATAR_FILE, avatar)
    this.#taken = { wx: 0, wasm: 0 }
    this.qcloud = this.app.qcloud
    this.qcloud.onEvent((event) => this.#moments.add(event))
    this.qcloud.configure({ loginUrl: `${server.origin}/login`, baseUrl: server.origin, deadlines: PATIENT })
  }

  /** The app and the server end and start again; the phone's storage and the server's database are what stays. */
  async restartEverything() {
    this.#closeApp()
    this.#starting = this.server.restart().then(() => this.server)
    await this.#starting
  }

  /** Ends the app and the server, also one that is still starting, and removes its database. */
  async close() {
    const server = await this.#starting.catch(() => this.server)
    await server?.stop()
    this.#closeApp()
  }

  #closeApp() {
    this.app?.stop()
    this.app?.clock.close()
  }

  /** The native calls since this was last asked, as short lines. */
  #takeNativeCalls() {
    if (!this.app) return []
    const { fake, wasm } = this.app
    const wx = fake.trace().slice(this.#taken.wx)
    const loads = wasm.calls.slice(this.#taken.wasm).map(() => 'WXWebAssembly.instantiate')
    this.#taken = { wx: fake.log.length, wasm: wasm.calls.length }
    return [...loads, ...wx]
  }

  /** Something that happened and that the SDK has no event for. */
  note = (type) => this.#moments.add({ type })

  /**
   * Runs a step, and answers what there was to see: the SDK's events with the native calls behind them, and what the
   * server recorded and holds in its database. What the step prepares is not looked at.
   */
  async watch({ prepare = async () => {}, act }) {
    await prepare(this)
    await this.server.dev('reset-records')
    this.#moments.start()
    const startedAt = performance.now()
    const answer = await act(this)
    const elapsedMs = performance.now() - startedAt
    // Events that belong to the answer are told after it.
    await turn()
    const moments = this.#moments.end()
    return {
      answer,
      elapsedMs,
      moments,
      nativeCalls: moments.flatMap((moment) => moment.nativeCalls),
      records: await this.server.records(),
      users: await this.server.users()
    }
  }
}
