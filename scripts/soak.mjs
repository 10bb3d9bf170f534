/**
 * `make soak`: the random walk through the built package, as far as MOVES says, from SEED on. A process keeps what its
 * stories leave behind, 0.7 MB for each world. So each process takes a portion of the way, with a seed of its own, and
 * as many run at once as there are processors. The first one that fails is printed whole and ends the walk.
 */
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { repository } from './project.mjs'

const PORTION = 100_000
const moves = Number(process.env.MOVES)
const first = Number(process.env.SEED)
const portions = Math.ceil(moves / PORTION)

let next = 0
let made = 0

async function walk() {
  while (next < portions) {
    const index = next++
    const own = Math.min(PORTION, moves - index * PORTION)
    const env = { ...process.env, SEED: String(first + index), MOVES: String(own) }
    const options = { cwd: repository, env, maxBuffer: Infinity }
    try {
      await promisify(execFile)(process.execPath, ['--test', 'tests/walk/package.test.mjs'], options)
    } catch ({ stdout, stderr }) {
      console.log(`${stdout}${stderr}\nSEED=${env.SEED} MOVES=${env.MOVES} breaks a promise`)
      process.exit(1)
    }
    made += own
    console.log(`SEED=${env.SEED}: ${made} of ${moves} moves through the package`)
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, walk))
