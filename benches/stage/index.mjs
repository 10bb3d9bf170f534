/**
 * One peer, alone with its own `wx`. The engine evaluates this file and the peer's anew for every peer, so that its
 * caches see only one SDK, as in an app.
 */
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { createWx } from '../../fake-wx/wx.mjs'
import { Wafer2Server, WaferServer } from '../../fake-wx/servers.mjs'
import { SESSION, minimalTimers, minimalWx, watch } from './host.mjs'
import { SIGNED, peers } from './peers.mjs'
import { answerOf, bursts, optionsMaker, steady } from './workloads.mjs'

const BURST = 100
const SERVERS = { wafer: WaferServer, wafer2: Wafer2Server }

/**
 * The phone's replacement of WebAssembly, without the checks of the tests' fake, which would cost more than the core.
 */
function instantWasm(bytes, instances) {
  return {
    async instantiate(_path, imports) {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports)
      instances.push(instance)
      return { instance }
    }
  }
}

/** Runs a peer's file. */
function load({ source, wasm }, wx, { setTimeout, clearTimeout, Date }, instances) {
  const globals = {
    wx,
    uni: wx,
    setTimeout,
    clearTimeout,
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
 * A steady workload on a host that costs nothing. `run(count)` makes that many calls, one after the other, and answers
 * a promise if the peer knows only promises. The first call is made here; `marks` are the times, by `now`, at which the
 * peer was required, ready and answered.
 *
 * `watched`: the host counts, which costs time. `counts` are the native calls since `reset`, `sent` the options that
 * reached it.
 */
export async function openSteady(file, name, workloadName, { now = Date.now, watched = false } = {}) {
  const workload = steady[workloadName]
  const peer = peers[name]
  const wx = minimalWx({
    speaks: peer.speaks,
    body: answerOf(workload),
    completes: peer.completes && peer.completes(workload),
    logsIn: peer.logsIn,
    parses: workload.parses
  })
  const notes = watched ? watch(wx) : undefined

  let succeeded = 0
  let completed = 0
  let failure
  const byPromise = workload.promise || !peer.callbacks
  const makeOptions = optionsMaker(
    workload,
    byPromise
      ? {}
      : {
          success: () => void succeeded++,
          fail: (error) => void (failure = error ?? new Error('failed')),
          complete: workload.complete && (() => void completed++)
        }
  )
  const instances = []
  const marks = { start: now() }
  const sdk = file && load(file, wx, { ...minimalTimers, Date }, instances)
  marks.required = now()
  const client = await peer.open(sdk, wx)
  marks.ready = now()
  const call = workload.uploads ? client.upload : byPromise ? client.promise : client.request

  async function runByPromise(count) {
    for (let index = 0; index < count; index++) {
      await call(makeOptions())
      succeeded++
    }
  }
  function runByCallbacks(count) {
    for (let index = 0; index < count; index++) call(makeOptions())
  }

  const stage = {
    marks,
    ...notes,
    run: byPromise ? runByPromise : runByCallbacks,
    /** Linear memory of the peer's instances. */
    memoryBytes: () => instances.reduce((sum, { exports }) => sum + memoryOf(exports), 0),
    reset() {
      succeeded = completed = 0
      if (!watched) return
      for (const api of Object.keys(notes.counts)) notes.counts[api] = 0
      notes.sent.length = 0
    },
    /** Throws unless each of `count` calls since `reset` succeeded, and was signed if it had to be. */
    check(count) {
      if (failure) throw new Error(`${name}: ${failure.message ?? failure.errMsg ?? failure}`)
      if (succeeded !== count) throw new Error(`${name}: ${succeeded} of ${count} calls succeeded`)
      if (workload.complete && !byPromise && completed !== count) {
        throw new Error(`${name}: ${completed} of ${count} calls completed`)
      }
      if (!watched || !workload.login || !(peer.session || name === SIGNED)) return
      const own = notes.sent.filter(({ url }) => !url.endsWith('/login'))
      const signed = own.filter(({ header }) => header['X-WX-Skey'] === SESSION.skey)
      if (signed.length !== count) throw new Error(`${name}: ${signed.length} of ${count} calls were signed`)
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

/** One burst in virtual time: native calls by name, logins at the server, and the number of calls that succeeded. */
export async function runBurst(file, name, burstName, seed) {
  const { expired } = bursts[burstName]
  const { speaks, open } = peers[name]
  const clock = new VirtualClock()
  const server = new SERVERS[speaks]({ clock, seed, checksLoginUserData: false })
  const { wx, counts, resetLog } = createWx({ clock, server, seed, log: 'counts' })
  const client = await clock.until(open(load(file, wx, clock, []), wx))
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
  resetLog()
  server.resetRecords()
  const results = await clock.until(Promise.all(Array.from({ length: BURST }, settle)))
  return {
    calls: BURST,
    succeeded: results.filter(Boolean).length,
    logins: server.records.logins,
    native: { ...counts }
  }
}
