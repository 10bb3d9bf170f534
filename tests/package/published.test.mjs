/** The package as a registry would hand it out: well-formed, installed beside what apps have, found by Node. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { formatMessage } from 'publint/utils'
import { publint } from 'publint'
import { TYPINGS } from '../types/project.mjs'
import { PACKAGE_FOLDER, PACKAGE_NAME, REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const folder = mkdtempSync(join(tmpdir(), 'wafer-published-'))
after(() => rmSync(folder, { recursive: true }))

const npm = (args, cwd) =>
  execFileSync('npm', [...args, '--offline', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe']
  })

let tarball
before(() => {
  tarball = join(folder, npm(['pack', '--pack-destination', folder], PACKAGE_FOLDER).trim())
})

test('publint finds nothing', async () => {
  const { messages, pkg } = await publint({ pkgDir: PACKAGE_FOLDER, strict: true })
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    []
  )
})

test('are the types wrong? They are not, in any of the ways of finding them', () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      join(REPOSITORY, 'node_modules/@arethetypeswrong/cli/dist/index.js'),
      tarball,
      ...['--no-definitely-typed', '--format', 'json'],
      // No module of JavaScript.
      ...['--exclude-entrypoints', './core.wasm']
    ],
    { encoding: 'utf8' }
  )
  const { analysis } = JSON.parse(stdout)
  assert.deepEqual(analysis.problems, [])
  for (const entry of ['./fallback', './testing', './extras/retry'])
    assert.ok(Object.keys(analysis.entrypoints).includes(entry))
  assert.equal(status, 0)
})

for (const [version, name] of Object.entries(TYPINGS)) {
  test(`npm installs it beside miniprogram-api-typings ${version}`, () => {
    const app = join(folder, `beside-${version}`)
    mkdirSync(app)
    const typings = join(REPOSITORY, 'node_modules', name)
    const dependencies = { 'miniprogram-api-typings': `file:${typings}` }
    writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, dependencies }))
    npm(['install', '--install-links', tarball], app)
    const { packages } = JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8'))
    assert.deepEqual(Object.keys(packages).sort(), [
      '',
      'node_modules/miniprogram-api-typings',
      `node_modules/${PACKAGE_NAME}`
    ])
  })
}

test('in Node, import and require give the same functions, by name and as a whole', () => {
  const app = join(folder, 'node')
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }')
  npm(['install', tarball], app)
  const run = (source) => {
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      cwd: app,
      encoding: 'utf8'
    })
    assert.equal(stderr, '')
    assert.equal(status, 0)
  }
  run(`
    import assert from 'node:assert'
    import { createRequire } from 'node:module'
    import qcloud, { ERR_TIMEOUT, Tunnel, request, setLoginUrl } from '${PACKAGE_NAME}'
    import * as names from '${PACKAGE_NAME}'
    import fallback from '${PACKAGE_NAME}/fallback'
    import { withCache } from '${PACKAGE_NAME}/extras/cache'
    import { withDedupe } from '${PACKAGE_NAME}/extras/dedupe'
    import { withInterceptors } from '${PACKAGE_NAME}/extras/interceptors'
    import { withLoading } from '${PACKAGE_NAME}/extras/loading'
    import { withRetry } from '${PACKAGE_NAME}/extras/retry'
    const required = createRequire(process.cwd() + '/test.js')('${PACKAGE_NAME}')
    assert.strictEqual(qcloud, required)
    assert.strictEqual(request, required.request)
    assert.strictEqual(setLoginUrl, required.setLoginUrl)
    assert.strictEqual(Tunnel, required.Tunnel)
    assert.strictEqual(ERR_TIMEOUT, 'ERR_TIMEOUT')
    assert.strictEqual(typeof fallback, 'function')
    for (const wrap of [withCache, withDedupe, withInterceptors, withLoading, withRetry]) {
      assert.strictEqual(typeof wrap(request), 'function')
    }
    const { default: _, ...named } = names
    assert.deepEqual(Object.keys(named), Object.keys(required).sort())
  `)
})
