/**
 * One peer, alone with its own fake `wx`. The engine evaluates this file and the peer anew for every peer, so that no
 * engine's caches see more than one SDK, as in an app.
 */
import { VirtualClock } from '../../tests/wx/clock.mjs'
import { createWx } from '../../tests/wx/fake.mjs'
import { SESSION_KEY, Wafer2Server, WaferServer } from '../../tests/wx/servers.mjs'
import { peers } from './peers.mjs'
import { SESSION, instantServer } from './server.mjs'
import { answerOf, bursts, optionsMaker, steady } from './workloads.mjs'

const BURST = 100
const SERVERS = { wafer: WaferServer, wafer2: Wafer2Server }

/** What a phone has in place of WebAssembly, without the checks of the tests' fake, which would cost more than the core. */
function instantWasm(bytes, instances) {
  const module = new WebAssembly.Module(bytes)
  return {
    async instantiate(_path, imports) {
      const instance = new WebAssembly.Instance(module, imports)
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

/**
 * A steady workload: `run(count)` makes that many requests one after the other and answers a promise where the peer
 * knows promises only. `counts` are the native calls since then, `succeeded` the successes.
 */
export async function openSteady(file, name, workloadName) {
  const workload = steady[workloadName]
  const peer = peers[name]
  const server = instantServer({
    speaks: peer.speaks,
    body: answerOf(workload),
    needsSession: workload.login && (peer.session || name === 'bare wx.request')
  })
  const storage = peer.session ? {} : { [SESSION_KEY]: SESSION }
  /* Timers are set and cleared, but none comes due while requests are answered at once. */
  const clock = new VirtualClock()
  const fake = createWx({ clock, server, latency: 0, log: 'counts', storage })
  const instances = []
  const client = await peer.open(file && load(file, fake.wx, clock, instances, Date), fake)

  let succeeded = 0
  let failure
  const callbacks = {
    success: () => void succeeded++,
    fail: (error) => void (failure = error ?? new Error('failed'))
  }
  const byPromise = workload.promise || !peer.callbacks
  const makeOptions = optionsMaker(workload, byPromise ? undefined : callbacks)

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
    counts: fake.counts,
    run: byPromise ? runByPromise : runByCallbacks,
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

export { bursts, peers, steady }
