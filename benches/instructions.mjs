/**
 * Prints the instructions of a warm call without JIT, row by row, beside wafer-client-sdk and a bare wx.request:
 *
 *   node benches/instructions.mjs [--earlier FOLDER] [--row TEXT …] [--peer NAME …]
 *
 * `--earlier` adds another build of the package, `--row` shows the rows that hold the text, `--peer` adds peers.
 * It measures the package in pkg/ (or in the folder that WAFER_PACKAGE names), takes some 20 seconds, and does not
 * mind what else the machine does.
 */
import { parseArgs } from 'node:util'
import { instructionsOf, obstacle } from './callgrind.mjs'
import { BARE, EARLIER, OURS, PREDECESSOR } from './stage/peers.mjs'
import { steady } from './stage/workloads.mjs'
import { instructionsTable } from './tables.mjs'

const { values } = parseArgs({
  options: {
    earlier: { type: 'string' },
    row: { type: 'string', multiple: true },
    peer: { type: 'string', multiple: true, default: [] }
  }
})
const problem = obstacle()
if (problem) throw new Error(problem)

const isWanted = (name) => (values.row ? values.row.some((text) => name.includes(text)) : !steady[name].aside)
const workloads = Object.keys(steady).filter(isWanted)
const names = [OURS, PREDECESSOR, BARE, ...(values.earlier ? [EARLIER] : []), ...values.peer]
const counts = await Promise.all(names.map((name) => instructionsOf(name, workloads, values)))
const result = Object.fromEntries(names.map((name, index) => [name, counts[index]]))
process.stdout.write(`${instructionsTable(result)}\n`)
