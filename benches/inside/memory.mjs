/** Runs inside an engine: the memory in use after few and after many warm requests. */
import { collectGarbage, conclude, heapBytes, say } from './engine.mjs'
import { openStage } from './files.mjs'

const job = globalThis.JOB
const BATCH = 1000

async function main() {
  for (const name of job.peers) {
    const stage = await openStage(name, job.workload)
    let made = 0
    for (const calls of job.calls) {
      for (; made < calls; made += BATCH) stage.run(BATCH)
      stage.check(calls)
      collectGarbage()
      say({ name, calls, heapBytes: heapBytes(), memoryBytes: stage.memoryBytes() })
    }
  }
}

conclude(main)
