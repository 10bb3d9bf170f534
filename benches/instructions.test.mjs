/**
 * A warm call takes no more instructions than benches/ceilings.json allows. Instructions do not depend on how fast or
 * how busy a machine is. `node benches/instructions.mjs` prints more, and sets the ceilings with `--set-ceilings`.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { instructionsOf, obstacle } from './callgrind.mjs'
import { ceilingNow, readCeilings } from './ceilings.mjs'
import { OURS, PREDECESSOR } from './stage/peers.mjs'
import { steady } from './stage/workloads.mjs'

const skip = process.env.WAFER_SKIP_JSC === '1' ? 'WAFER_SKIP_JSC is set' : (obstacle() ?? false)
const workloads = Object.keys(steady).filter((workload) => !steady[workload].aside)

test('a warm call stays under its ceiling of instructions', { skip }, async (t) => {
  const ceilings = readCeilings()
  assert.deepEqual(Object.keys(ceilings), workloads, 'every row has a ceiling')
  const [own, predecessor] = await Promise.all(
    [OURS, PREDECESSOR].map((name) => instructionsOf(name, workloads))
  )
  for (const workload of workloads) {
    await t.test(workload, (row) => {
      const ceiling = ceilingNow(ceilings[workload], predecessor[workload])
      const measured = Math.round(own[workload])
      row.diagnostic(`${workload}: ${measured} instructions, ceiling ${ceiling}`)
      assert.ok(
        measured <= ceiling,
        `${measured} instructions are more than ${ceiling}: see what was added to the path of a warm call`
      )
    })
  }
})
