/** scripts/setup.sh on a machine of stand-ins: what it installs, and what it leaves alone. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

/** What the script may use of the real machine. */
const REAL = ['bash', 'dirname', 'env']
const BROWSER = { chromium: '', chromedriver: '', jsc: '' }

function whereIs(command) {
  const { stdout } = spawnSync('bash', ['-c', `command -v ${command}`], { encoding: 'utf8' })
  return stdout.trim()
}

/** Runs a part of setup.sh where only `commands` exist (name → shell script); answers what apt-get was told. */
function setUp(commands, part = 'browser') {
  const folder = mkdtempSync(join(tmpdir(), 'setup-'))
  const path = (name) => join(folder, name)
  try {
    for (const name of REAL) symlinkSync(whereIs(name), path(name))
    const told = path('told')
    writeFileSync(told, '')
    const scripts = { id: 'echo 0', ...commands }
    if ('apt-get' in scripts) scripts['apt-get'] = `echo "$*" >> "${told}"; ${scripts['apt-get']}`
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(path(name), `#!${whereIs('bash')}\n${script}\n`, { mode: 0o755 })
    }
    const { status, stdout, stderr } = spawnSync(path('bash'), [join(REPOSITORY, 'scripts/setup.sh'), part], {
      encoding: 'utf8',
      env: { PATH: folder }
    })
    const installs = readFileSync(told, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('install'))
      .map((line) => line.split(' ').filter((word) => word !== 'install' && !word.startsWith('-')))
    return { status, stdout, stderr, installs }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const CHINESE = 'echo "NotoSansCJK.ttc: Noto Sans CJK SC:style=Regular"'

test('a machine that has everything gets nothing', () => {
  const { status, installs } = setUp({ ...BROWSER, 'apt-get': '', 'fc-list': CHINESE })
  assert.deepEqual([status, installs], [0, []])
})

test('a machine without a Chinese font gets one, or its screenshots show boxes', () => {
  const fontless = setUp({ ...BROWSER, 'apt-get': '', 'fc-list': '' })
  assert.deepEqual([fontless.status, fontless.installs], [0, [['fonts-noto-cjk']]])
  // The next run has to be able to see that it is there.
  const unknown = setUp({ ...BROWSER, 'apt-get': '' })
  assert.deepEqual([unknown.status, unknown.installs], [0, [['fontconfig', 'fonts-noto-cjk']]])
})

test('a bare machine gets the browser, its driver, the shell and the font at once', () => {
  const { status, installs } = setUp({ 'apt-get': '' })
  assert.equal(status, 0)
  assert.deepEqual(installs, [
    ['chromium', 'chromium-driver', 'libjavascriptcoregtk-4.0-bin', 'fontconfig', 'fonts-noto-cjk']
  ])
})

test('where nothing can be installed, fonts are left to the machine, and missing commands are named', () => {
  assert.equal(setUp(BROWSER).status, 0)
  assert.equal(setUp({ ...BROWSER, 'apt-get': '', id: 'echo 1000' }).status, 0)
  const { status, stderr } = setUp({ chromium: '', chromedriver: '' })
  assert.equal(status, 1)
  assert.match(stderr, /missing: jsc\n.*apt-get install libjavascriptcoregtk-4\.0-bin/)
})

test('valgrind is installed where it is missing, and its absence stops nothing', () => {
  assert.deepEqual(setUp({ valgrind: '', 'apt-get': '' }, 'valgrind').installs, [])
  assert.deepEqual(setUp({ 'apt-get': '' }, 'valgrind').installs, [['valgrind']])
  for (const commands of [{}, { 'apt-get': '', id: 'echo 1000' }, { 'apt-get': 'exit 100' }]) {
    const { status, stdout } = setUp(commands, 'valgrind')
    assert.equal(status, 0)
    assert.match(stdout, /valgrind could not be installed: the benchmarks count no instructions here/)
  }
})
