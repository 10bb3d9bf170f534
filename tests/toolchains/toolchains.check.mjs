/**
 * The package in the projects of mini-program developers: installed, built by their toolchain and run, as built and as
 * WeChat compiles it at upload, in front of the real session server.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startServer } from '../../fake-wx/run/bridge.mjs'
import { PACKAGE_FOLDER, PACKAGE_NAME, REPOSITORY } from '../../fake-wx/run/package-files.mjs'
import { createMy } from '../hosts/my.mjs'
import { createTt } from '../hosts/tt.mjs'
import { launch } from './miniprogram.mjs'
import { attach, open } from './page.mjs'
import { compileOfficially, examine, prepare } from './projects.mjs'

const WASM = `miniprogram_npm/${PACKAGE_NAME}/core.wasm.br`

const taro = ['npx', 'taro', 'build', '--type', 'weapp']
const TOOLCHAINS = [
  {
    name: 'Taro 4 with webpack',
    project: 'taro-4',
    build: taro,
    env: { COMPILER: 'webpack5' },
    output: 'dist'
  },
  { name: 'Taro 4 with vite', project: 'taro-4', build: taro, env: { COMPILER: 'vite' }, output: 'out/vite' },
  { name: 'Taro 3', project: 'taro-3', build: taro, env: {}, output: 'dist/weapp' },
  {
    name: 'uni-app',
    project: 'uni-app',
    build: ['npx', 'uni', 'build', '-p', 'mp-weixin'],
    env: {},
    output: 'dist/build/mp-weixin'
  },
  { name: 'mpx', project: 'mpx', build: ['npx', 'webpack'], env: {}, output: 'dist/wx' },
  {
    name: 'mpx with mpx.config.js',
    project: 'mpx-cli',
    build: ['npx', 'mpx-cli-service', 'build', '--targets=wx'],
    env: {},
    output: 'dist/wx'
  }
]

let server
const untilTheEnd = setInterval(() => {}, 1000)
before(async () => {
  server = await startServer()
})
after(async () => {
  clearInterval(untilTheEnd)
  await server?.stop()
})

const projects = new Map()
const projectOf = (name) => {
  if (!projects.has(name)) {
    const project = prepare(name)
    const components = name === 'uni-app' ? 'wxcomponents' : 'components'
    const timeline = `node_modules/${PACKAGE_NAME}/extras/timeline`
    cpSync(project.path(timeline), project.path(`src/${components}/timeline`), { recursive: true })
    projects.set(name, project)
  }
  return projects.get(name)
}

/** What a page has last handed to the timeline in its template, once it has told of a call that succeeded. */
function handedToTimeline(shown) {
  const values = shown.flatMap(Object.values)
  const isOver = (events) => Array.isArray(events) && events.some(({ type }) => type === 'success')
  const events = values.findLast(isOver)
  return events && { events }
}

/** Cold, warm, expired. */
async function assertSession(app, id) {
  assert.deepEqual(await app.show(), ['log answered 200'])
  assert.deepEqual(requestsOf(app), ['request GET /login', 'request GET /user'])
  assert.equal(app.fake.count('login'), 1)

  app.fake.resetLog()
  assert.deepEqual(await app.show(), ['log answered 200'])
  assert.deepEqual(app.fake.trace(), ['request GET /user'], 'a warm request is one call')

  app.fake.resetLog()
  await server.dev('expire', { user: id })
  assert.deepEqual(await app.show(), ['log answered 200'])
  assert.deepEqual(requestsOf(app), ['request GET /user', 'request GET /login', 'request GET /user'])
}

for (const { name, project: folder, build, env, output } of TOOLCHAINS) {
  describe(name, () => {
    let project
    const folders = {}
    before(() => {
      project = projectOf(folder)
      project.run(build, { NODE_ENV: 'production', OUTPUT: output, ...env })
      folders['as built'] = project.path(output)
      folders['as WeChat compiles it'] = project.path(`${output}-compiled`)
      compileOfficially(folders['as built'], folders['as WeChat compiles it'])
    })

    test('the doctor finds no problem', () => examine(project.path('.')))

    test('of the extras, the one that the app imports is there, and no other', () => {
      const scripts = readdirSync(folders['as built'], { recursive: true }).filter((path) =>
        path.endsWith('.js')
      )
      const code = scripts.map((path) => readFileSync(join(folders['as built'], path), 'utf8')).join('\n')
      // Names of options, which no toolchain shortens: of retry, and of cache.
      assert.deepEqual([code.includes('maxDelayMs'), code.includes('staleMs')], [true, false])
    })

    for (const version of ['as built', 'as WeChat compiles it']) {
      test(`a page draws what the app's copy of the package tells of itself, ${version}`, async () => {
        const user = { id: `${name}, ${version}, timeline` }
        const { registered, show } = launch({ folder: folders[version], server, user })
        const [page] = registered.pages.values()
        const timeline = registered.components.get('timeline')
        const { until } = open(page)
        await show()
        const { data } = await until((shown) => {
          // uni-app hands to components the number of what they are to ask its runtime for.
          const properties = output.endsWith('mp-weixin')
            ? { uP: shown.at(-1)?.a, uT: 'm' }
            : handedToTimeline(shown)
          const drawn = properties && attach(timeline, properties)
          return drawn?.data.heard.some(({ type }) => type === 'success') && drawn
        })
        const texts = Array.from(data.heard, ({ text }) => text)
        assert.deepEqual(texts.slice(-4), ['登录请求', '得到会话', '带会话发出', '成功'])
      })

      test(`the core lies where the package looks for it, ${version}`, () => {
        const original = readFileSync(join(PACKAGE_FOLDER, 'miniprogram_dist/core.wasm.br'))
        assert.deepEqual(readFileSync(join(folders[version], WASM)), original)
      })

      for (const [core, wasm] of Object.entries({ 'the core': {}, 'the fallback': null })) {
        test(`a session is made, used and renewed by ${core}, ${version}`, async () => {
          const id = [name, version, core].join(', ')
          await server.dev('reset-records')
          const app = launch({ folder: folders[version], server, wasm, user: { id } })
          const loaded = () => app.wasm?.calls.map(({ path, outcome }) => [path, outcome])

          await assertSession(app, id)
          assert.deepEqual(loaded(), wasm ? [[`/${WASM}`, 'success']] : undefined)

          const { logins, sessionRequests } = await server.records()
          assert.equal(logins.succeeded, 2)
          assert.equal(sessionRequests.ok, 3)
          assert.equal(sessionRequests.refused, 1)
        })
      }
    }
  })
}

/** Another host's globals around the fake wx, with what the test needs to start and show the app. */
const globalsOf = (name, make) => (fake) => {
  const { getLaunchOptionsSync, onAppShow } = fake.wx
  return {
    [name]: { ...make(fake), getLaunchOptionsSync, onAppShow, canIUse: () => true },
    // Alipay's.
    navigator: { swuserAgent: '' }
  }
}

for (const [name, platform, host, wasm] of [
  ['Douyin', 'tt', globalsOf('tt', createTt), { globalName: 'TTWebAssembly' }],
  ['Douyin before TTWebAssembly', 'tt', globalsOf('tt', createTt), null],
  ['Alipay', 'alipay', globalsOf('my', createMy), null]
]) {
  test(`Taro 4 for ${name}: a session is made, used and renewed`, async () => {
    const project = projectOf('taro-4')
    const output = `dist-${platform}`
    project.run(['npx', 'taro', 'build', '--type', platform], {
      NODE_ENV: 'production',
      COMPILER: 'webpack5',
      OUTPUT: output
    })
    const app = launch({ folder: project.path(output), server, host, wasm, user: { id: name } })
    await assertSession(app, name)
    assert.deepEqual(
      app.wasm?.calls.map(({ outcome }) => outcome),
      wasm ? ['success'] : undefined
    )
  })
}

const requestsOf = ({ fake }) => fake.trace().filter((line) => line.startsWith('request'))

for (const [name, folder] of Object.entries({ 'Taro 4': 'taro-4', 'uni-app': 'uni-app' })) {
  test(`the types of ${name} and those of the package take each other`, () => {
    const project = projectOf(folder)
    const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
    const { stdout } = spawnSync(process.execPath, [tsc, '--project', project.path('.')], {
      encoding: 'utf8'
    })
    // The typings of the toolchains have mistakes of their own.
    const ours = stdout
      .split('\n')
      .filter((line) => /^(.*\/)?(src|node_modules\/wafer-client-wasm)\//.test(line))
    assert.deepEqual(ours, [])
  })
}
