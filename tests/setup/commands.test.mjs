/** Each command installs what it needs itself, and nothing else. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test from 'node:test'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

/** The parts of scripts/setup.sh that `make COMMAND` asks for. */
function partsOf(command) {
  const recipe = execFileSync('make', ['--dry-run', '--always-make', '--no-print-directory', command], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '' }
  })
  return [...recipe.matchAll(/^scripts\/setup\.sh(.*)$/gm)].flatMap(([, parts]) =>
    parts.trim() ? parts.trim().split(' ') : ['all']
  )
}

const PACKAGE = ['base', 'node', 'rust']

for (const command of ['demo', 'pkg', 'toolchains']) {
  test(`make ${command} needs neither a browser nor wasm-pack`, () => {
    assert.deepEqual([...new Set(partsOf(command))].sort(), PACKAGE)
  })
}

test('make bench needs engines, valgrind, wrk and databases, not wasm-pack', () => {
  assert.deepEqual([...new Set(partsOf('bench'))].sort(), [
    'base',
    'browser',
    'mariadb',
    'node',
    'rust',
    'services',
    'valgrind',
    'wrk'
  ])
})

test('make test needs everything', () => {
  assert.ok(partsOf('test').includes('all'))
})
