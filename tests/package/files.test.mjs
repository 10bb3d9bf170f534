/** The npm package as npm, Node, bundlers and WeChat's "build npm" see it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import ci from 'miniprogram-ci'
import { PACKAGE_FOLDER, PACKAGE_NAME, REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const EXTRAS = ['cache', 'dedupe', 'interceptors', 'loading', 'retry']
const COMPONENT = ['index.js', 'index.json', 'index.wxml', 'index.wxss']
const DEVICE_FILES = [
  'core.wasm.br',
  ...[...EXTRAS, 'equal', 'owner', 'task'].sort().map((name) => `extras/${name}.js`),
  ...['component.js', ...COMPONENT].map((name) => `extras/timeline/${name}`),
  'fallback.js',
  'index.d.ts',
  'index.js'
]
const manifest = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8'))

/** A mini-program with the package installed in it. */
const app = mkdtempSync(join(tmpdir(), 'wafer-app-'))
after(() => rmSync(app, { recursive: true }))
const installed = join(app, 'node_modules', PACKAGE_NAME)
cpSync(PACKAGE_FOLDER, installed, { recursive: true })

test('package.json points everyone to the right file, and has the version of the crate', () => {
  const crate = /^\[package\]\nname = "(.*)"\nversion = "(.*)"/m.exec(
    readFileSync(join(REPOSITORY, 'Cargo.toml'), 'utf8')
  )
  assert.deepEqual(
    {
      name: manifest.name,
      version: manifest.version,
      main: manifest.main,
      types: manifest.types,
      miniprogram: manifest.miniprogram,
      license: manifest.license
    },
    {
      name: crate[1],
      version: crate[2],
      main: 'miniprogram_dist/index.js',
      types: 'miniprogram_dist/index.d.ts',
      miniprogram: 'miniprogram_dist',
      license: 'MIT'
    }
  )
  assert.equal(manifest.dependencies, undefined, '"build npm" would pack every dependency as well')
  assert.equal(
    manifest.peerDependencies,
    undefined,
    'npm install would stop where an app has another version'
  )
  assert.equal(manifest.scripts, undefined)
})

test('npm publishes these files and no others', () => {
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--offline'], {
    cwd: PACKAGE_FOLDER,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const [{ files }] = JSON.parse(printed)
  const expected = [
    'LICENSE',
    'README.md',
    'alipay.d.ts',
    'alipay.js',
    'core.wasm',
    ...['main', 'project', 'server'].map((name) => `doctor/${name}.js`),
    ...EXTRAS.flatMap((name) => [`esm/extras/${name}.d.mts`, `esm/extras/${name}.mjs`]),
    ...['equal', 'owner', 'task'].map((name) => `esm/extras/${name}.mjs`),
    'esm/index.mjs',
    ...EXTRAS.flatMap((name) => [`extras/${name}.d.ts`, `extras/${name}.js`]),
    ...COMPONENT.map((name) => `extras/timeline/${name}`),
    'fallback.d.ts',
    'fallback.js',
    'index.d.mts',
    'index.mjs',
    ...DEVICE_FILES.map((name) => `miniprogram_dist/${name}`),
    'package.json',
    ...['taro.d.ts', 'taro.js'],
    ...['fake-wx.js', 'index.d.mts', 'index.d.ts', 'index.js', 'index.mjs', 'wx.d.ts'].map(
      (name) => `testing/${name}`
    ),
    ...['vite.d.ts', 'vite.js'],
    'wasm-file.js',
    ...['webpack.d.ts', 'webpack.js']
  ]
  assert.deepEqual(files.map(({ path }) => path).sort(), expected.sort())
})

test('Node finds the package, its fallback, its extras and its uncompressed module', () => {
  const require = createRequire(join(app, 'index.js'))
  for (const name of EXTRAS)
    assert.equal(Object.keys(require(`${PACKAGE_NAME}/extras/${name}`)).length, 1, name)
  assert.equal(typeof require(PACKAGE_NAME).request, 'function')
  assert.equal(typeof require(`${PACKAGE_NAME}/fallback`), 'function')
  assert.equal(
    readFileSync(require.resolve(`${PACKAGE_NAME}/core.wasm`))
      .subarray(0, 4)
      .toString(),
    '\0asm'
  )
})

test('WeChat\'s "build npm" copies the device\'s files byte for byte', async () => {
  mkdirSync(join(app, 'pages'))
  const write = (name, content) => writeFileSync(join(app, name), content)
  write('package.json', JSON.stringify({ dependencies: { [PACKAGE_NAME]: manifest.version } }))
  write('project.config.json', JSON.stringify({ appid: 'touristappid', compileType: 'miniprogram' }))
  write('app.json', JSON.stringify({ pages: ['pages/index'] }))
  write('app.js', `require('${PACKAGE_NAME}')\n`)
  write('pages/index.js', 'Page({})\n')
  write('pages/index.wxml', '<view></view>\n')
  const project = new ci.Project({
    appid: 'touristappid',
    type: 'miniProgram',
    projectPath: app,
    privateKey: 'packNpm signs nothing',
    ignores: []
  })
  const warnings = await ci.packNpm(project, { reporter: () => {} })
  assert.deepEqual(warnings, [])

  const packed = join(app, 'miniprogram_npm', PACKAGE_NAME)
  const isFile = (name) => statSync(join(packed, name)).isFile()
  assert.deepEqual(readdirSync(packed, { recursive: true }).filter(isFile).sort(), DEVICE_FILES)
  for (const name of DEVICE_FILES) {
    assert.deepEqual(
      readFileSync(join(packed, name)),
      readFileSync(join(PACKAGE_FOLDER, 'miniprogram_dist', name)),
      name
    )
  }
})
