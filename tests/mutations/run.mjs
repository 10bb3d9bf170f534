/**
 * Breaks a copy of the core in each of the ways of mutations.mjs, one at a time, and runs the stories of
 * tests/lifecycle and tests/tunnel and the tables of tests/addresses and tests/causes: the named test must pass before and
 * fail after. `make mutants` calls it; an argument narrows the ways down to those whose description contains it.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { mutations } from './mutations.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const copied = [
  'Cargo.toml',
  'Cargo.lock',
  'rust-toolchain.toml',
  'src',
  'js',
  'benches/core.rs',
  'tests/addresses',
  'tests/causes',
  'scripts/codes',
  'tests/lifecycle',
  'tests/tunnel',
  'server/Cargo.toml',
  'server/src',
  'miniprogram-demo/simulator',
  'scripts/core/bindgen',
  'simulation/Cargo.toml',
  'simulation/src'
]
/** The suites that hold a file of the core to its promises, where it is not the lifecycle's alone. */
const SUITES = {
  address: ['addresses', 'lifecycle'],
  place: ['addresses', 'lifecycle'],
  cause: ['causes', 'lifecycle'],
  tunnel: ['tunnel']
}
const copy = mkdtempSync(join(tmpdir(), 'mutants-'))

/** Runs stories; answers the names of those that failed, or undefined if the copy does not compile. */
function failures(targets, filter) {
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

function mutate({ file, find, put, fails }) {
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  if (source.split(find).length !== 2) return `${file} must contain once: ${find}`
  writeFileSync(
    path,
    source.replace(find, () => put)
  )
  const failed = failures(SUITES[basename(file, '.rs')] ?? ['lifecycle'], ['--exact', fails])
  writeFileSync(path, source)
  return failed
}

let survivors = 0
try {
  for (const path of copied) cpSync(join(root, path), join(copy, path), { recursive: true })
  const slow = ['properties', 'lengths', 'worlds'].flatMap((name) => ['--skip', name])
  const broken = failures(['addresses', 'causes', 'lifecycle', 'tunnel'], slow)
  if (!broken || broken.length > 0) throw new Error(`the stories must pass first: ${broken}`)
  const wanted = mutations.filter(({ what }) => what.includes(process.argv[2] ?? ''))
  for (const mutation of wanted) {
    const failed = mutate(mutation)
    const noticed = Array.isArray(failed) && failed.includes(mutation.fails)
    if (!noticed) survivors += 1
    console.log(`${noticed ? 'noticed ' : 'SURVIVED'}  ${mutation.what}  (${mutation.fails})`)
    if (!noticed) console.log(`          ${failed ?? 'it does not compile'}`)
  }
  console.log(`${wanted.length - survivors} of ${wanted.length} noticed`)
} finally {
  rmSync(copy, { recursive: true, force: true })
}
process.exitCode = survivors > 0 ? 1 : 0
