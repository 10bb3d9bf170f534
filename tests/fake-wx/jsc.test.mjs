import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { runInJsc, testInJsc } from '../../fake-wx/run/jsc.mjs'

testInJsc({
  entries: ['account', 'clock', 'network', 'servers', 'socket', 'wx'].map(
    (name) => `tests/fake-wx/${name}.test.mjs`
  ),
  device: false
})

async function runSource(source) {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-jsc-entry-'))
  const entry = join(folder, 'entry.mjs')
  writeFileSync(entry, source)
  try {
    return await runInJsc({ entries: [entry], device: false })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const skip = process.env.WAFER_SKIP_JSC === '1' && 'WAFER_SKIP_JSC=1'

test('a failing test in jsc is reported as failed, with its message', { skip }, async () => {
  const results = await runSource(`
    import test from 'node:test'
    import assert from 'node:assert/strict'
    test('fails', () => assert.deepEqual({ a: 1 }, { a: 2 }))
    test('passes', () => assert.equal(1, 1))
  `)
  assert.deepEqual(
    results.map(({ name, ok }) => [name, ok]),
    [
      ['fails', false],
      ['passes', true]
    ]
  )
  assert.match(results[0].error, /AssertionError/)
})

test('a test that fails in jsc fails the run of node --test', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-jsc-run-'))
  try {
    const inner = join(folder, 'inner.mjs')
    const outer = join(folder, 'outer.test.mjs')
    writeFileSync(
      inner,
      `import test from 'node:test'\ntest('fails', () => { throw new Error('inside jsc') })`
    )
    const jsc = JSON.stringify(new URL('../../fake-wx/run/jsc.mjs', import.meta.url).href)
    writeFileSync(
      outer,
      `import { testInJsc } from ${jsc}\ntestInJsc({ entries: [${JSON.stringify(inner)}], device: false })`
    )
    const { NODE_TEST_CONTEXT, ...env } = process.env
    const { status, stdout } = spawnSync(process.execPath, ['--test', outer], { env, encoding: 'utf8' })
    assert.equal(status, 1)
    assert.match(stdout, /inside jsc/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a run in jsc that ends before its tests do is an error, not a success', { skip }, async () => {
  await assert.rejects(
    runSource(`import test from 'node:test'\ntest('never ends', () => new Promise(() => {}))`),
    /ended early/
  )
  await assert.rejects(runSource('throw new Error("at load")'), /jsc failed/)
})
