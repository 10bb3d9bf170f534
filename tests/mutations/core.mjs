/** Breaks src/: stories and tables run natively, and the test that a rule names has to fail. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { copySources } from '../../scripts/sources.mjs'
import { replaced } from './replaced.mjs'

/** The suites that test a file of the core. The lifecycle's alone tests the files that are not named here. */
const SUITES = {
  address: ['addresses', 'lifecycle'],
  place: ['addresses', 'lifecycle'],
  cause: ['causes', 'lifecycle'],
  tunnel: ['tunnel']
}
/** Stories that take long, and find by chance what the others find by name. */
const SLOW = ['properties', 'lengths', 'worlds']

/** @param {string} copy an empty folder */
export function breakCore(copy) {
  copySources(copy)
  const broken = failures(
    copy,
    ['addresses', 'causes', 'lifecycle', 'tunnel'],
    [...SLOW.flatMap((name) => ['--skip', name])]
  )
  if (!broken || broken.length > 0) throw new Error(`the stories must pass first: ${broken}`)

  return function noticed({ file, find, put, fails }) {
    const path = join(copy, file)
    const source = readFileSync(path, 'utf8')
    writeFileSync(path, replaced(file, source, find, put))
    try {
      const failed = failures(copy, SUITES[basename(file, '.rs')] ?? ['lifecycle'], ['--exact', fails])
      if (!failed) throw new Error('it does not compile')
      return failed.includes(fails) ? fails : undefined
    } finally {
      writeFileSync(path, source)
    }
  }
}

/** Runs stories; answers the names of those that failed, or undefined if the copy does not compile. */
function failures(copy, targets, filter) {
  const options = {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, CARGO_TARGET_DIR: join(copy, 'target') }
  }
  const command = [
    'test',
    '--quiet',
    '--no-fail-fast',
    ...targets.flatMap((target) => ['--test', target]),
    '--',
    ...filter,
    '--format',
    'pretty'
  ]
  const { stdout, stderr } = spawnSync('cargo', command, options)
  if (!stdout.includes('test result:')) {
    process.stderr.write(stderr)
    return undefined
  }
  return Array.from(stdout.matchAll(/^test (\S+) \.\.\. FAILED$/gm), ([, name]) => name)
}
