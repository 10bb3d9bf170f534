/** Runs inside a fresh engine: one peer, from the loading of its file to the answer of its first request. */
import { conclude, say, wallMs } from './engine.mjs'
import { openStage } from './files.mjs'

const job = globalThis.JOB

async function main() {
  const [name] = job.peers
  const { marks } = await openStage(name, job.workload, { now: wallMs })
  say({
    name,
    requireMs: marks.required - marks.start,
    readyMs: marks.ready - marks.required,
    firstMs: marks.answered - marks.ready,
    totalMs: marks.answered - marks.start
  })
}

conclude(main)
