/**
 * Runs inside Node. The young generation is larger than all that is allocated here, so that nothing is collected: the
 * heap grows by exactly what the calls allocate.
 */
import { collectGarbage, conclude, heapBytes, say } from './engine.mjs'
import { openStage } from './files.mjs'

const job = globalThis.JOB
const WARM_UP = 20_000
const CALLS = 2_000

async function main() {
  for (const name of job.peers) {
    const stage = await openStage(name, job.workload)
    await stage.run(WARM_UP)
    const bytes = []
    for (let round = 0; round < job.rounds; round++) {
      collectGarbage()
      const before = heapBytes()
      await stage.run(CALLS)
      bytes.push((heapBytes() - before) / CALLS)
    }
    say({ name, bytes })
  }
}

conclude(main)
