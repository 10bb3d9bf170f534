/**
 * `make test` leaves nothing out: what fails, if only by its exit code, is skipped or is to do stands at the end by its
 * name.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { CargoLines, programFilter } from '../../scripts/test/cargo.mjs'
import { Report } from '../../scripts/test/report.mjs'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const FILES = {
  'good.test.mjs': "test('passes', () => {})",
  'groups.test.mjs': `
    test('a story', (t) => t.test('its chapter', () => assert.deepEqual({ chapter: 1 }, { chapter: 2 })))
    describe('a group', () => { it('is fine', () => {}); it('is not', () => { throw new Error('boom') }) })
    describe('a group without ground', () => { before(() => { throw new Error('no ground') }); it('hangs in the air', () => {}) })
    test('later', { todo: 'when there is time' }, () => assert.fail('not yet'))
    test('elsewhere', { skip: 'no such system' }, () => {})
    console.log('what the file printed')`,
  'exit.test.mjs': "test('passes', () => {}); process.exitCode = 3",
  'import.test.mjs': "throw new Error('at import')",
  'empty.test.mjs': ''
}
const HEAD =
  "import assert from 'node:assert/strict'; import test, { before, describe, it } from 'node:test';"

const moduleOf = (name) => pathToFileURL(join(REPOSITORY, `scripts/test/${name}.mjs`)).href

/** What `make test` says of these files, in a process of its own: Node's runner does not run within itself. */
function runFiles(names) {
  const folder = mkdtempSync(join(tmpdir(), 'make-test-'))
  const paths = names.map((name) => join(folder, name))
  names.forEach((name, index) => writeFileSync(paths[index], HEAD + FILES[name]))
  const script = join(folder, 'run.mjs')
  writeFileSync(
    script,
    `import { Report } from ${JSON.stringify(moduleOf('report'))}
    import { runNodeTests } from ${JSON.stringify(moduleOf('node'))}
    const report = new Report({ folder: ${JSON.stringify(folder)} })
    await report.suite('JavaScript', (report) => runNodeTests(report, ${JSON.stringify(paths)}))
    process.exitCode = report.end(0) ? 0 : 1`
  )
  const { NODE_TEST_CONTEXT, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env })
  const log = readFileSync(join(folder, 'JavaScript.log'), 'utf8')
  rmSync(folder, { recursive: true })
  return { status, said: stdout.replaceAll(/\S*make-test-[^/]+\//g, ''), stderr, log }
}

test('files that pass take a line each', () => {
  const { status, said, stderr, log } = runFiles(Array(12).fill('good.test.mjs'))
  assert.deepEqual([status, stderr], [0, ''])
  assert.equal(said.match(/^  ✔ good\.test\.mjs +1 test +[\d.]+ s$/gm).length, 12)
  assert.equal(said.trim().split('\n').length, 12 + 4)
  assert.match(said, /make test: 12 tests, 12 passed/)
  assert.match(log, /✔ passes/)
})

test('whatever can go wrong in a file is told whole, and by name in the end', () => {
  const { status, said } = runFiles(Object.keys(FILES))
  assert.equal(status, 1)
  const [, failed] = said.split('\nFailed:\n')
  assert.deepEqual(failed.match(/^  .*$/gm), [
    '  groups.test.mjs: a story › its chapter',
    '  groups.test.mjs: a group › is not',
    '  groups.test.mjs: a group without ground › hangs in the air',
    '  groups.test.mjs: a group without ground',
    '  exit.test.mjs: the file itself',
    '  import.test.mjs: the file itself',
    '  empty.test.mjs: there is no test in it'
  ])
  for (const whole of [
    'chapter: 2',
    'Error: boom',
    'Error: no ground',
    'what the file printed',
    'Error: at import'
  ]) {
    assert.ok(said.includes(whole), whole)
  }
  assert.match(said, /Skipped:\n  groups\.test\.mjs: elsewhere: no such system\n/)
  assert.match(said, /To do:\n  groups\.test\.mjs: later: when there is time\n/)
  assert.match(said, /FAILED in JavaScript/)
})

const CARGO = `
   Compiling wafer-client-wasm v1.0.0
     Running unittests src/lib.rs (target/debug/deps/wafer_client_wasm-0f12.wasm)

running 2 tests
test core::a ... ok
test core::b ... ignored, only on a phone

test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/tunnel/main.rs (target/debug/deps/tunnel-b2c3)

running 2 tests
test packets::good ... ok
test packets::bad ... FAILED

failures:

---- packets::bad stdout ----
assertion failed: it was bad

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s

     Running tests/watched/main.rs (target/debug/deps/watched-b2c3)

running 1 test
memory allocation failed
   Doc-tests wafer_client_wasm

running 1 test
test src/lib.rs - (line 3) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.20s
`

test('programs of cargo take a line each, and their failures are told whole', () => {
  const printed = []
  const report = new Report({ folder: tmpdir(), print: (line) => printed.push(line) })
  const lines = new CargoLines(report, [{ name: 'tunnel', path: 'tests/tunnel/main.rs' }])
  for (const line of CARGO.split('\n')) lines.take(line)
  lines.end()
  const said = printed.join('\n')
  assert.deepEqual(
    [...said.matchAll(/^  ([✔✖] \S+(?: \S+)*) +(\d+) tests?/gm)].map(([, name, count]) => [name, count]),
    [
      ['✔ src/lib.rs', '2'],
      ['✖ tests/tunnel/main.rs', '2'],
      ['✖ tests/watched/main.rs', '1'],
      ['✔ documentation of wafer_client_wasm', '1']
    ]
  )
  assert.match(said, /assertion failed: it was bad/)
  assert.match(said, /memory allocation failed/)
  assert.deepEqual(report.total.failed, [
    'tests/tunnel/main.rs: packets::bad',
    'tests/watched/main.rs: ended before its tests did'
  ])
  assert.deepEqual(report.total.skipped, ['src/lib.rs: core::b, only on a phone'])
})

test('ONLY finds the programs of cargo by their files', () => {
  const server = '--package=wafer-session-server'
  assert.deepEqual(programFilter(['tests/tunnel']), ['--package=wafer-client-wasm', '--test=tunnel'])
  assert.deepEqual(programFilter(['server/tests']), [server, '--test=promises'])
  const libraries = programFilter(['server/src/lib', 'simulation/src/lib', 'server/tests'])
  assert.deepEqual(libraries.toSorted(), ['--lib', server, '--package=wafer-simulation', '--test=promises'])
  assert.deepEqual(programFilter(['no such program']), [])
})

test('make help lists every command of the Makefile', () => {
  const listed = execFileSync('scripts/help.sh', { cwd: REPOSITORY, encoding: 'utf8' })
  const makefile = readFileSync(join(REPOSITORY, 'Makefile'), 'utf8')
  const commands = [...makefile.matchAll(/^([a-z-]+):(?!=)/gm)].map(([, name]) => name)
  const isPart = (name) => name.startsWith('setup-') || name === 'demo-plan'
  assert.deepEqual(
    [...listed.matchAll(/^make ([a-z-]+) +\S/gm)].map(([, name]) => name),
    commands.filter((name) => !isPart(name))
  )
})
