/**
 * Runs inside an engine whose instructions are counted up to each line that it prints. For each workload it makes a few
 * calls, then more of them. The difference of the two counts comes from calls alone.
 */
import { conclude, say } from './engine.mjs'
import { openStage } from './files.mjs'

const job = globalThis.JOB

async function main() {
  const [name] = job.peers
  for (const workload of job.workloads) {
    const stage = await openStage(name, workload)
    for (const calls of [job.warmUp, ...job.calls]) {
      stage.reset()
      const pending = stage.run(calls)
      if (pending) await pending
      stage.check(calls)
      say({ workload, calls })
    }
  }
}

conclude(main)
