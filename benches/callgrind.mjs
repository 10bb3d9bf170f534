/**
 * Counts instructions with JavaScriptCore's shell under valgrind. Two runs of the same script differ by a few in ten
 * thousand, on a busy machine as on an idle one. Times always differ by more.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scriptOf } from './bundle.mjs'
import { runIn } from './engines.mjs'
import { canRun } from './stage/peers.mjs'
import { steady } from './stage/workloads.mjs'

/** The calls before the count begins, and the two numbers of calls whose difference is measured. */
const PLAN = { warmUp: 100, calls: [100, 600] }

/** Why instructions cannot be counted here, or undefined. */
export function obstacle() {
  for (const [command, args] of [
    ['valgrind', ['--version']],
    [process.env.JSC ?? 'jsc', ['-e', '0']]
  ]) {
    if (spawnSync(command, args).status !== 0)
      return `${command} is missing: run scripts/setup.sh browser valgrind`
  }
  return undefined
}

/**
 * The shell flushes its output after each line; callgrind then writes down what it has counted since the last flush.
 */
const underCallgrind = (folder) => [
  'valgrind',
  '--quiet',
  '--tool=callgrind',
  '--dump-before=fflush',
  `--callgrind-out-file=${join(folder, 'counts')}`
]

/**
 * The environment lies where the stack begins. Its length moves the stack, and the counts by up to a hundredth: here it is as
 * long on every machine.
 */
function steadyEnvironment() {
  const PATH = process.env.PATH ?? ''
  return { PATH, PADDING: '-'.repeat(Math.max(0, 4096 - PATH.length)) }
}

/** The garbage collector has one thread, so that its work is the same in every run. */
const STEADY = ['--useConcurrentGC=0', '--numberOfGCMarkers=1']

const countIn = (path) => Number(/^totals: (\d+)$/m.exec(readFileSync(path, 'utf8'))[1])

/** The lines that a script prints, each with the number of instructions since the line before it. */
async function countedLines(script) {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-callgrind-'))
  try {
    const said = await runIn('jsc-nojit', script, STEADY, underCallgrind(folder), steadyEnvironment())
    return said.map((line, index) => ({
      ...line,
      instructions: countIn(join(folder, `counts.${index + 1}`))
    }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Instructions of one warm call.
 *
 * @returns {Promise<Record<string, number>>} by workload, those that the peer can run
 */
export async function instructionsOf(name, workloads, { earlier } = {}) {
  const able = workloads.filter((workload) => canRun(name, steady[workload]))
  const script = await scriptOf('instructions.mjs', { peers: [name], workloads: able, ...PLAN }, { earlier })
  const lines = await countedLines(script)
  return Object.fromEntries(
    able.map((workload) => {
      const [, few, many] = lines.filter((line) => line.workload === workload)
      return [workload, (many.instructions - few.instructions) / (many.calls - few.calls)]
    })
  )
}
