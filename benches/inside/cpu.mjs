/** Runs inside an engine: CPU time and native calls of a call, for one workload, with peers interleaved. */
import { conclude, cpuMs, say } from './engine.mjs'
import { openStage } from './files.mjs'

const job = globalThis.JOB
const WATCHED_CALLS = 20

async function timed(stage, count) {
  const start = cpuMs()
  const pending = stage.run(count)
  if (pending) await pending
  return cpuMs() - start
}

/** Warms a peer up; answers the number of calls that fill a batch. */
async function warmUp(stage) {
  let count = 16
  let spent = 0
  let ms = 0
  while (spent < job.warmUpMs) {
    ms = await timed(stage, count)
    spent += ms
    if (ms < job.batchMs / 2) count *= 2
  }
  return Math.max(1, Math.round((count * job.batchMs) / Math.max(ms, 0.1)))
}

/** The native calls of a call, on a host that counts them and is not timed. */
async function nativeCalls(name) {
  const { run, check, counts } = await openStage(name, job.workload, { watched: true })
  await run(WATCHED_CALLS)
  check(WATCHED_CALLS)
  const native = {}
  for (const api of Object.keys(counts)) if (counts[api]) native[api] = counts[api] / WATCHED_CALLS
  return native
}

async function main() {
  const entries = []
  for (const name of job.peers) {
    const stage = await openStage(name, job.workload)
    entries.push({ name, stage, count: await warmUp(stage), us: [] })
  }
  for (const { stage } of entries) stage.reset()
  for (let round = 0; round < job.rounds; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const entry = entries[(turn + round) % entries.length]
      entry.us.push(((await timed(entry.stage, entry.count)) * 1000) / entry.count)
    }
  }
  for (const { name, stage, count, us } of entries) {
    const calls = count * job.rounds
    stage.check(calls)
    say({ name, us, calls, native: await nativeCalls(name) })
  }
}

conclude(main)
