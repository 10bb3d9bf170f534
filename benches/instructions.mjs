/**
 * Prints the instructions of a warm call without JIT, row by row, beside those of wafer-client-sdk and of a bare
 * wx.request:
 *
 *   node benches/instructions.mjs [--earlier FOLDER] [--row TEXT …] [--peer NAME …] [--set-ceilings]
 *
 * `--earlier` adds another build of the package, `--row` shows only rows that contain the text, `--peer` adds peers,
 * and `--set-ceilings` makes what is measured the ceilings of instructions.test.mjs. The package is the one in pkg/ (or
 * in the folder that WAFER_PACKAGE names). A run takes some 20 seconds, and gives the same on a busy machine.
 */
import { parseArgs } from 'node:util'
import { instructionsOf, obstacle } from './callgrind.mjs'
import { setCeilings } from './ceilings.mjs'
import { BARE, EARLIER, OURS, PREDECESSOR } from './stage/peers.mjs'
import { steady } from './stage/workloads.mjs'
import { instructionsTable } from './tables.mjs'

const { values } = parseArgs({
  options: {
    earlier: { type: 'string' },
    row: { type: 'string', multiple: true },
    peer: { type: 'string', multiple: true, default: [] },
    'set-ceilings': { type: 'boolean', default: false }
  }
})
const problem = obstacle()
if (problem) throw new Error(problem)
if (values['set-ceilings'] && values.row) throw new Error('ceilings are set for all rows at once')

const isWanted = (name) => (values.row ? values.row.some((text) => name.includes(text)) : !steady[name].aside)
const workloads = Object.keys(steady).filter(isWanted)
const names = [OURS, PREDECESSOR, BARE, ...(values.earlier ? [EARLIER] : []), ...values.peer]
const counts = await Promise.all(names.map((name) => instructionsOf(name, workloads, values)))
const result = Object.fromEntries(names.map((name, index) => [name, counts[index]]))
process.stdout.write(`${instructionsTable(result)}\n`)
if (values['set-ceilings']) setCeilings(result[OURS], result[PREDECESSOR])
