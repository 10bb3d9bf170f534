/** Runs inside an engine: bursts in virtual time, with peers interleaved and a new random world for each seed. */
import { conclude, cpuMs, say } from './engine.mjs'
import { burstRunner } from './files.mjs'

const job = globalThis.JOB
const WARM_UP_SEEDS = 3

async function main() {
  const runners = job.peers.map((name) => ({ name, run: burstRunner(name, job.workload) }))
  for (let seed = 1; seed <= WARM_UP_SEEDS; seed++) {
    for (const { run } of runners) await run(seed)
  }
  for (let seed = 1; seed <= job.rounds; seed++) {
    for (const { name, run } of runners) {
      const start = cpuMs()
      const result = await run(seed)
      say({ name, us: ((cpuMs() - start) * 1000) / result.calls, ...result })
    }
  }
}

conclude(main)
