/**
 * One peer, alone with its own fake `wx`. The engine evaluates this file and the peer anew for every peer, so that no
 * engine's caches see more than one SDK, as in an app.
 */
import { VirtualClock } from '../../tests/wx/clock.mjs'
import { createWx } from '../../tests/wx/fake.mjs'
import { SESSION_KEY, Wafer2Server, WaferServer } from '../../tests/wx/servers.mjs'
import { BARE, peers } from './peers.mjs'
import { SESSION, instantServer } from './server.mjs'
import { answerOf, bursts, optionsMaker, steady } from './workloads.mjs'

const BURST = 100
const SERVERS = { wafer: WaferServer, wafer2: Wafer2Server }

/** What a phone has in place of WebAssembly, without the checks of the tests' fake, which would cost more than the core. */
function instantWasm(bytes, instances) {
  return {
    async instantiate(_path, imports) {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)
      instances.push(instance)
      return { instance }
    }
  }
}

/** Runs a peer's file; `clock` gives it timers. */
function load({ source, wasm }, wx, clock, instances, Date) {
  const globals = {
    wx,
    uni: wx,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    Date,
    console: { log() {}, warn() {}, error() {} }
  }
  if (wasm) globals.WXWebAssembly = instantWasm(wasm, instances)
  const module = { exports: {} }
  const names = Object.keys(globals)
  new Function('module', 'exports', ...names, source)(
    module,
    module.exports,
    ...names.map((name) => globals[name])
  )
  return module.exports
}

/** Storage as devices have it: what is read is a copy, parsed on the app's own thread. */
function copyingStorage(fake) {
  const { wx, counts, storage } = fake
  wx.getStorageSync = (key) => {
    counts.getStorageSync = (counts.getStorageSync ?? 0) + 1
    const stored = storage.get(key)
    return stored === undefined ? '' : JSON.parse(stored)
  }
}

/**
 * A steady workload: `run(count)` makes that many requests one after the other and answers a promise where the peer
 * knows promises only. `counts` are the native calls since `reset`. The first request is made here; `marks` tells
 * when, in the time of `now`, the peer was required, ready and answered.
 */
export async function openSteady(file, name, workloadName, now = Date.now) {
  const workload = steady[workloadName]
  const peer = peers[name]
  const canSign = peer.session || name === BARE
  const server = instantServer({
    speaks: peer.speaks,
    body: answerOf(workload),
    needsSession: workload.login && canSign
  })
  const storage = {
    [SESSION_KEY]: peer.speaks === 'wafer2' ? { skey: SESSION.skey, userinfo: {}, time: 1 } : SESSION
  }
  /* Timers are set and cleared, but none comes due while requests are answered at once. */
  const clock = new VirtualClock()
  const fake = createWx({ clock, server, latency: 0, log: 'counts', storage })
  if (!workload.freeStorage) copyingStorage(fake)
  /* miniprogram-network wants to hear of these when it is required; nothing happens here. */
  Object.assign(fake.wx, { onAppShow() {}, onAppHide() {} })

  let succeeded = 0
  let failure
  const callbacks = {
    success: () => void succeeded++,
    fail: (error) => void (failure = error ?? new Error('failed'))
  }
  const byPromise = workload.promise || !peer.callbacks
  const makeOptions = optionsMaker(workload, canSign, byPromise ? undefined : callbacks)
  const instances = []
  const marks = { start: now() }
  const sdk = file && load(file, fake.wx, clock, instances, Date)
  marks.required = now()
  const client = await peer.open(sdk, fake)
  marks.ready = now()

  async function runByPromise(count) {
    for (let index = 0; index < count; index++) {
      await client.promise(makeOptions())
      succeeded++
    }
  }
  function runByCallbacks(count) {
    for (let index = 0; index < count; index++) client.request(makeOptions())
  }

  const stage = {
    marks,
    counts: fake.counts,
    run: byPromise ? runByPromise : runByCallbacks,
    /** Linear memory of the peer's instances. */
    memoryBytes: () => instances.reduce((sum, { exports }) => sum + memoryOf(exports), 0),
    reset() {
      succeeded = 0
      fake.resetLog()
    },
    /** Throws unless every one of `count` calls since `reset` succeeded. */
    check(count) {
      if (failure) throw new Error(`${name}: ${failure.message ?? failure.errMsg ?? failure}`)
      if (succeeded !== count) throw new Error(`${name}: ${succeeded} of ${count} calls succeeded`)
    }
  }
  await stage.run(1)
  marks.answered = now()
  stage.check(1)
  stage.reset()
  return stage
}

function memoryOf(exports) {
  const memory = Object.values(exports).find((exported) => exported instanceof WebAssembly.Memory)
  return memory.buffer.byteLength
}

/** One burst in virtual time: native calls by name, logins that the server saw, and how many calls succeeded. */
export async function runBurst(file, name, burstName, seed) {
  const { expired } = bursts[burstName]
  const { speaks, open } = peers[name]
  const clock = new VirtualClock()
  const server = new SERVERS[speaks]({ clock, seed, checksLoginUserData: false })
  const fake = createWx({ clock, server, seed, log: 'counts' })
  const client = await clock.until(open(load(file, fake.wx, clock, [], clock.Date), fake))
  const settle = () =>
    new Promise((resolve) => {
      client.request({
        login: true,
        url: 'https://api.example.com/user',
        success: () => resolve(true),
        fail: () => resolve(false)
      })
    })
  if (expired) {
    await clock.until(settle())
    server.expire()
  }
  fake.resetLog()
  server.resetRecords()
  const results = await clock.until(Promise.all(Array.from({ length: BURST }, settle)))
  return {
    calls: BURST,
    succeeded: results.filter(Boolean).length,
    logins: server.records.logins,
    native: { ...fake.counts }
  }
}
