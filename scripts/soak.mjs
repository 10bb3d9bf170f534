/**
 * The random walk through the built package, as far as MOVES says, from SEED on: `make soak`. A process keeps what its stories
 * leave behind, 0.7 MB for each world, so that each takes a portion of the way and has a seed of its own. The first one that
 * fails is printed whole and ends the walk.
 */
import { spawnSync } from 'node:child_process'
import { repository } from './project.mjs'

const PORTION = 100_000
const moves = Number(process.env.MOVES)
const seed = Number(process.env.SEED)

for (let made = 0, own = seed; made < moves; made += PORTION, own++) {
  const env = { ...process.env, SEED: String(own), MOVES: String(Math.min(PORTION, moves - made)) }
  const args = ['--test', 'tests/walk/package.test.mjs']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: repository,
    env,
    encoding: 'utf8',
    maxBuffer: Infinity
  })
  if (status !== 0) {
    console.log(`${stdout}${stderr}\nSEED=${env.SEED} MOVES=${env.MOVES} breaks a promise`)
    process.exit(1)
  }
  console.log(`SEED=${env.SEED}: ${made + Number(env.MOVES)} of ${moves} moves through the package`)
}
