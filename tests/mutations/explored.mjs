/**
 * Breaks the lifecycle and the tunnel, and sees whether the exploration of simulation/ notices, which knows none of the
 * tests: `node tests/mutations/run.mjs --only explored`. Some rules break what the exploration does not look at, such
 * as the words of a protocol.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copySources } from '../../scripts/sources.mjs'
import { replaced } from './replaced.mjs'

const FILES = ['lifecycle.rs', 'requests.rs', 'login.rs', 'calls.rs', 'budget.rs', 'backoff.rs', 'tunnel.rs']
const SCENES = ['tunnel', 'budget', 'back-off', 'one-call', 'two-calls', 'configuration', 'clock', 'copies']

/** Whether a rule breaks what is explored. */
export const isExplored = ({ file }) => FILES.some((name) => file.endsWith(`/${name}`))

/** @param {string} copy an empty folder */
export function breakExplored(copy) {
  copySources(copy)
  const env = { ...process.env, CARGO_TARGET_DIR: join(copy, 'target') }
  const cargo = (...args) => spawnSync('cargo', args, { cwd: copy, encoding: 'utf8', env })

  return function noticed({ file, find, put }) {
    const path = join(copy, file)
    const source = readFileSync(path, 'utf8')
    writeFileSync(path, replaced(file, source, find, put))
    try {
      const built = cargo('build', '--release', '--quiet', '--package=wafer-simulation', '--bin=explore')
      if (built.status !== 0) throw new Error('it does not compile')
      for (const scene of SCENES) {
        const { status, stdout, stderr } = spawnSync(join(copy, 'target/release/explore'), [scene], {
          encoding: 'utf8'
        })
        const said = (status === null ? stderr : stdout).split('\n')
        if (status !== 0) return `${scene}: ${said[1] ?? said[0]}`
      }
      return undefined
    } finally {
      writeFileSync(path, source)
    }
  }
}
