/** The package in native mini-programs: every setting of WeChat's "build npm", compiled by WeChat and run. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import ci from 'miniprogram-ci'
import { startServer } from '../../fake-wx/run/bridge.mjs'
import { PACKAGE_FOLDER, PACKAGE_NAME } from '../../fake-wx/run/package-files.mjs'
import { launch, startPlugin } from './miniprogram.mjs'
import { compileOfficially, examine, installPackage } from './projects.mjs'

const NPM_PATH = `miniprogram_npm/${PACKAGE_NAME}/core.wasm.br`
const SESSION = readFileSync(new URL('app/session.js', import.meta.url), 'utf8')

let server
const untilTheEnd = setInterval(() => {}, 1000)
const made = []
before(async () => {
  server = await startServer()
})
after(async () => {
  clearInterval(untilTheEnd)
  await server?.stop()
  for (const folder of made) rmSync(folder, { recursive: true })
})

/** A folder with these files; those that are objects become JSON. */
function createProject(files) {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-native-'))
  made.push(folder)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}

const page = (path, script = 'Page({})\n') => ({
  [`${path}.js`]: script,
  [`${path}.wxml`]: '<view></view>\n',
  [`${path}.json`]: {}
})
const manifest = { private: true, dependencies: { [PACKAGE_NAME]: '*' } }
const starts = `import { start } from './session'\nstart(wx)\nApp({})\n`

async function buildNpm(folder, type = 'miniProgram') {
  const project = new ci.Project({
    appid: 'touristappid',
    type,
    projectPath: folder,
    privateKey: 'packNpm signs nothing',
    ignores: []
  })
  assert.deepEqual(await ci.packNpm(project, { reporter: () => {} }), [])
}

/** Cold, warm, expired; the core comes from `path`, in the code package's words. */
async function assertWorks(app, id, path) {
  assert.deepEqual(await app.show(), ['log answered 200'])
  assert.deepEqual(app.wasm.calls, [{ path: `/${path}`, outcome: 'success' }])
  app.fake.resetLog()
  assert.deepEqual(await app.show(), ['log answered 200'])
  assert.deepEqual(app.fake.trace(), ['request GET /user'])
  await server.dev('expire', { user: id })
  app.fake.resetLog()
  assert.deepEqual(await app.show(), ['log answered 200'])
  assert.deepEqual(
    app.fake.trace().filter((line) => line.startsWith('request')),
    ['request GET /user', 'request GET /login', 'request GET /user']
  )
}

async function assertCompiledWorks(
  folder,
  { path = NPM_PATH, root = '', installed = '', type, ...options } = {}
) {
  examine(folder, join(folder, installed))
  const out = join(folder, 'compiled')
  compileOfficially(folder, out, type)
  const original = readFileSync(join(PACKAGE_FOLDER, 'miniprogram_dist/core.wasm.br'))
  assert.deepEqual(readFileSync(join(out, root, path)), original)
  const app = launch({ folder: join(out, root), server, user: { id: folder }, ...options })
  await assertWorks(app, folder, path)
}

/** The files of a mini-program of one page, with its package.json in the root. */
const miniProgram = (setting = {}) => ({
  'project.config.json': { appid: 'touristappid', compileType: 'miniprogram', setting },
  'package.json': manifest,
  'app.json': { pages: ['pages/index'] },
  'app.js': starts,
  'session.js': SESSION,
  ...page('pages/index')
})

test('package.json in the root of the mini-program', async () => {
  const folder = createProject(miniProgram())
  installPackage(folder)
  await buildNpm(folder)
  await assertCompiledWorks(folder)
})

test('package.json in a subpackage, whose path configure({ wasmPath }) names', async () => {
  const path = `packageA/${NPM_PATH}`
  const folder = createProject({
    'project.config.json': { appid: 'touristappid', compileType: 'miniprogram' },
    'app.json': { pages: ['pages/index'], subpackages: [{ root: 'packageA', pages: ['pages/order'] }] },
    'app.js': 'App({})\n',
    ...page('pages/index'),
    'packageA/package.json': manifest,
    'packageA/session.js': SESSION,
    ...page(
      'packageA/pages/order',
      `import { start } from '../session'\nstart(wx, { wasmPath: '/${path}' })\nPage({})\n`
    )
  })
  installPackage(join(folder, 'packageA'))
  await buildNpm(folder)
  await assertCompiledWorks(folder, { path, installed: 'packageA' })
})

test('package.json outside miniprogramRoot, by packNpmManually', async () => {
  const folder = createProject({
    'project.config.json': {
      appid: 'touristappid',
      compileType: 'miniprogram',
      miniprogramRoot: 'miniprogram/',
      setting: {
        packNpmManually: true,
        packNpmRelationList: [{ packageJsonPath: './package.json', miniprogramNpmDistDir: './miniprogram/' }]
      }
    },
    'package.json': manifest,
    'miniprogram/app.json': { pages: ['pages/index'] },
    'miniprogram/app.js': starts,
    'miniprogram/session.js': SESSION,
    ...page('miniprogram/pages/index')
  })
  installPackage(folder)
  const { miniProgramPackNum, warnList } = await ci.packNpmManually({
    packageJsonPath: join(folder, 'package.json'),
    miniprogramNpmDistDir: join(folder, 'miniprogram')
  })
  assert.deepEqual([miniProgramPackNum, warnList], [1, []])
  await assertCompiledWorks(folder)
})

test('TypeScript, by WeChat’s own compiler plugin', async () => {
  const folder = createProject({
    'project.config.json': {
      appid: 'touristappid',
      compileType: 'miniprogram',
      setting: { useCompilerPlugins: ['typescript'] }
    },
    'package.json': manifest,
    'app.json': { pages: ['pages/index'] },
    'app.ts': starts,
    'session.ts': SESSION.replace('(host, options)', '(host: any, options?: { wasmPath?: string }): void'),
    ...page('pages/index')
  })
  installPackage(folder)
  await buildNpm(folder)
  await assertCompiledWorks(folder)
})

const EXTRAS = ['cache', 'dedupe', 'equal', 'interceptors', 'loading', 'owner', 'retry', 'task'].map(
  (name) => `${name}.js`
)
/** What SESSION uses: extras/retry, and the two files that extras/retry requires. */
const SESSION_EXTRAS = ['owner.js', 'retry.js', 'task.js']

for (const { filtered, uploaded } of [
  { filtered: false, uploaded: [...EXTRAS, 'timeline'] },
  { filtered: true, uploaded: SESSION_EXTRAS }
]) {
  test(`extras are there by their names; ${filtered ? 'those that nothing uses are not uploaded where WeChat filters' : 'all of them are uploaded where it does not filter'}`, async () => {
    const folder = createProject(miniProgram({ ignoreUploadUnusedFiles: filtered }))
    installPackage(folder)
    await buildNpm(folder)
    await assertCompiledWorks(folder)
    const shipped = readdirSync(join(folder, 'compiled/miniprogram_npm', PACKAGE_NAME, 'extras'))
    assert.deepEqual(shipped.sort(), uploaded)
  })
}

test('the timeline is a component by its name, and is uploaded where a page uses it', async () => {
  const folder = createProject({
    ...miniProgram({ ignoreUploadUnusedFiles: true }),
    'pages/index.json': { usingComponents: { timeline: `${PACKAGE_NAME}/extras/timeline/index` } },
    'pages/index.wxml': '<timeline limit="{{50}}" />\n'
  })
  installPackage(folder)
  await buildNpm(folder)
  await assertCompiledWorks(folder)
  const extras = join(folder, 'compiled/miniprogram_npm', PACKAGE_NAME, 'extras')
  assert.deepEqual(readdirSync(extras).sort(), [...SESSION_EXTRAS, 'timeline'])
  for (const type of ['js', 'json', 'wxml', 'wxss'])
    assert.ok(existsSync(join(extras, `timeline/index.${type}`)), type)
})

test('in a plugin, whose own root the path is counted from', async () => {
  const folder = createProject({
    'project.config.json': {
      appid: 'touristappid',
      compileType: 'plugin',
      miniprogramRoot: 'miniprogram/',
      pluginRoot: 'plugin/'
    },
    'miniprogram/app.json': { pages: ['pages/index'] },
    'miniprogram/app.js': 'App({})\n',
    ...page('miniprogram/pages/index'),
    'plugin/package.json': manifest,
    'plugin/plugin.json': { main: 'index.js' },
    'plugin/index.js': `export { start } from './session'\n`,
    'plugin/session.js': SESSION
  })
  installPackage(join(folder, 'plugin'))
  await buildNpm(folder, 'miniProgramPlugin')
  await assertCompiledWorks(folder, {
    root: 'plugin',
    installed: 'plugin',
    type: 'miniProgramPlugin',
    start: startPlugin
  })
})
