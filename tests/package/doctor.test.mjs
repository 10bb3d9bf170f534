/** `npx wafer-client-wasm doctor`: what is wrong with a project or a server is found, with its cure, and nothing else. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startServer } from '../../fake-wx/run/bridge.mjs'
import { PACKAGE_FOLDER, PACKAGE_NAME } from '../../fake-wx/run/package-files.mjs'

const made = []
after(() => made.forEach((folder) => rmSync(folder, { recursive: true })))

const MANIFEST = { dependencies: { [PACKAGE_NAME]: '1.0.0' } }
const CONFIG = { appid: 'touristappid', libVersion: '3.0.0', setting: { ignoreUploadUnusedFiles: true } }
const APP = { 'app.json': { pages: [] }, 'app.js': `require('${PACKAGE_NAME}')\n` }
const NATIVE = { 'package.json': MANIFEST, 'project.config.json': CONFIG, ...APP }
const PACKED = `miniprogram_npm/${PACKAGE_NAME}`

/** A project with these files; the package installed in `installed`, and as "build npm" leaves it in `packed`. */
function createProject(files, { installed = [''], packed = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-doctor-'))
  made.push(folder)
  for (const place of installed) {
    cpSync(PACKAGE_FOLDER, join(folder, place, 'node_modules', PACKAGE_NAME), { recursive: true })
  }
  for (const place of packed) {
    cpSync(join(PACKAGE_FOLDER, 'miniprogram_dist'), join(folder, place, PACKED), { recursive: true })
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}

/** Runs the doctor; its exit code, and what it found, by mark. */
function doctor(...args) {
  return new Promise((resolve) => {
    const program = join(PACKAGE_FOLDER, 'doctor/main.js')
    execFile(process.execPath, [program, 'doctor', ...args], (error, stdout, stderr) => {
      const lines = stdout.split('\n')
      const marked = (mark) =>
        lines.flatMap((line, index) => {
          if (!line.startsWith(`  ${mark} `)) return []
          const cure = lines[index + 1]?.startsWith('    → ') ? lines[index + 1].slice(6) : undefined
          return [cure === undefined ? line.slice(4) : `${line.slice(4)} → ${cure}`]
        })
      resolve({
        code: error ? error.code : 0,
        good: marked('✔'),
        hints: marked('!'),
        problems: marked('✘'),
        stdout,
        stderr
      })
    })
  })
}

async function assertProblem(folder, problem) {
  const { code, problems } = await doctor(folder)
  assert.equal(problems.length, 1, problems.join('\n'))
  assert.match(problems[0], problem)
  assert.equal(code, 1)
}

describe('a native project', () => {
  test('that is as it should be has no problem', async () => {
    const { code, problems, hints, good } = await doctor(createProject(NATIVE, { packed: [''] }))
    assert.deepEqual([code, problems, hints], [0, [], []])
    assert.ok(good.length >= 3)
  })

  test('is told that the package is not installed', () =>
    assertProblem(createProject(NATIVE, { installed: [], packed: [''] }), /没有安装 → .*npm install/))

  test('is told that "build npm" leaves out devDependencies', () =>
    assertProblem(
      createProject(
        { ...NATIVE, 'package.json': { devDependencies: MANIFEST.dependencies } },
        { packed: [''] }
      ),
      /devDependencies.* → npm install wafer-client-wasm --save-prod/
    ))

  test('is told to build npm', () => assertProblem(createProject(NATIVE), /没有构建 npm.* → .*构建 npm/))

  test('is told to build npm again when the files are of another version', async () => {
    const folder = createProject(NATIVE, { packed: [''] })
    writeFileSync(join(folder, PACKED, 'index.js'), '// of another version')
    await assertProblem(folder, /index\.js 与已安装的版本不同 → .*重新“构建 npm”/)
    rmSync(join(folder, PACKED, 'core.wasm.br'))
    const { problems } = await doctor(folder)
    assert.match(problems[1], /缺少 .*core\.wasm\.br/)
  })

  test('is told that its base library is too old, unless it has the fallback', async () => {
    const old = { ...NATIVE, 'project.config.json': { ...CONFIG, libVersion: '2.13.9' } }
    await assertProblem(createProject(old, { packed: [''] }), /基础库 2\.13\.9 低于 2\.14\.0.* → .*fallback/)
    const withFallback = { ...old, 'fallback.js': `module.exports = require('${PACKAGE_NAME}/fallback')` }
    const { code, problems } = await doctor(createProject(withFallback, { packed: [''] }))
    assert.deepEqual([code, problems], [0, []])
  })

  test('is told which wasmPath a subpackage needs, and whether the one it has leads anywhere', async () => {
    const files = {
      'project.config.json': CONFIG,
      'app.json': { pages: [], subpackages: [{ root: 'packageA', pages: [] }] },
      'packageA/package.json': MANIFEST
    }
    const places = { installed: ['packageA'], packed: ['packageA'] }
    const page = (path) => ({ 'packageA/page.js': `require('${PACKAGE_NAME}').configure({ ${path} })` })
    const right = `/packageA/${PACKED}/core.wasm.br`
    await assertProblem(
      createProject({ ...files, ...page('') }, places),
      new RegExp(`没有配置 wasmPath → .*wasmPath: '${right}'`)
    )
    await assertProblem(
      createProject({ ...files, ...page(`wasmPath: '/${PACKED}/core.wasm.br'`) }, places),
      /指向的文件不存在/
    )
    const { code } = await doctor(createProject({ ...files, ...page(`wasmPath: '${right}'`) }, places))
    assert.equal(code, 0)
  })

  test('is told of packNpmManually when its package.json lies outside miniprogramRoot', () =>
    assertProblem(
      createProject({
        'package.json': MANIFEST,
        'project.config.json': { ...CONFIG, miniprogramRoot: 'miniprogram/' },
        'miniprogram/app.json': APP['app.json'],
        'miniprogram/app.js': APP['app.js']
      }),
      /没有构建 npm.* → .*"packNpmManually": true.*"miniprogramNpmDistDir": ".\/miniprogram\/"/
    ))

  test('that is a plugin is looked at in pluginRoot', async () => {
    const files = {
      'project.config.json': { ...CONFIG, compileType: 'plugin', pluginRoot: 'plugin/' },
      'plugin/package.json': MANIFEST,
      'plugin/plugin.json': {},
      'plugin/index.js': APP['app.js']
    }
    await assertProblem(createProject(files, { installed: ['plugin'] }), /没有构建 npm/)
    const { code } = await doctor(createProject(files, { installed: ['plugin'], packed: ['plugin'] }))
    assert.equal(code, 0)
  })

  test('is told, as a hint, that a fallback which nobody uses is uploaded', async () => {
    const config = { ...NATIVE, 'project.config.json': { ...CONFIG, setting: {} } }
    const { code, hints } = await doctor(createProject(config, { packed: [''] }))
    assert.equal(code, 0)
    assert.match(hints.join(), /fallback\.js .* → .*ignoreUploadUnusedFiles/)
  })
})

describe('a project that is bundled', () => {
  const projects = {
    Taro: ['@tarojs/cli', 'config/index.ts', `plugins: ['${PACKAGE_NAME}/taro']`, 'dist'],
    'uni-app': [
      '@dcloudio/uni-app',
      'vite.config.ts',
      `import wafer from '${PACKAGE_NAME}/vite'`,
      'dist/build/mp-weixin'
    ],
    mpx: ['@mpxjs/core', 'webpack.config.js', `require('${PACKAGE_NAME}/webpack')`, 'dist/wx']
  }
  for (const [name, [dependency, configuration, plugin, output]] of Object.entries(projects)) {
    test(`by ${name} is told of the plugin, and whether it did its work`, async () => {
      const files = { 'package.json': { dependencies: { ...MANIFEST.dependencies, [dependency]: '*' } } }
      await assertProblem(
        createProject({ ...files, [configuration]: '' }),
        /没有插件.* → .*wafer-client-wasm/
      )
      const configured = { ...files, [configuration]: plugin, [`${output}/app.json`]: {} }
      await assertProblem(createProject(configured), /构建结果里没有 .*core\.wasm\.br → 重新构建/)
      const { code, problems } = await doctor(createProject(configured, { packed: [output] }))
      assert.deepEqual([code, problems], [0, []])
    })
  }
})

test('a folder that is no project, and arguments that are none, are said to be so', async () => {
  assert.match(
    (await doctor(createProject({ 'package.json': MANIFEST }))).problems[0],
    /没有 project\.config\.json/
  )
  assert.match((await doctor('/no/such/folder')).stdout, /不存在/)
  const file = join(createProject({ 'project.config.json': '{}' }), 'project.config.json')
  assert.match((await doctor(file)).stdout, /不存在/)
  const { code, stdout, stderr } = await doctor('--no-such-option')
  assert.equal(code, 1)
  assert.match(stderr, /--no-such-option/)
  assert.match(stdout, /用法/)
})

describe('a server', () => {
  let folder
  let running
  const untilTheEnd = setInterval(() => {}, 1000)
  before(async () => {
    folder = createProject(NATIVE, { packed: [''] })
    running = await startServer()
  })
  after(async () => {
    clearInterval(untilTheEnd)
    await running?.stop()
  })

  /** What the doctor says of a server that answers so. */
  async function examine(answer, { status = 200, args = [] } = {}) {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      return await doctor(folder, `http://127.0.0.1:${server.address().port}/login`, ...args)
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }
  const MAGIC = { 'F2C224D4-2BCE-4C64-AF9F-A6D872000D1A': 1 }

  test('that refuses a wrong code is in order; http is a hint on this machine alone', async () => {
    const { code, good, hints, problems } = await doctor(folder, `${running.origin}/login`)
    assert.deepEqual([code, problems], [0, []])
    assert.match(good.join('\n'), /wafer 协议/)
    assert.match(good.join('\n'), /拒绝了错误的 code/)
    assert.match(hints.join(), /http.* → .*https/)
    assert.equal((await running.records()).logins.attempted, 1)
  })

  test('that speaks wafer2 is recognised, with the option that it needs', async () => {
    const { code, hints } = await examine({ code: -1, error: 'ERR_LOGIN' })
    assert.equal(code, 0)
    assert.match(hints.join(), /configure\(\{ protocol: 'wafer2' \}\)/)
  })

  test('that wants encrypted data is recognised, with the option that it needs', async () => {
    const { hints } = await examine({
      ...MAGIC,
      error: 'ERR_LOGIN_FAILED',
      message: '缺少 X-WX-Encrypted-Data'
    })
    assert.match(hints.join(), /loginMode: 'code\+userInfo'/)
  })

  test('that lets anybody in is a problem', async () => {
    const { code, problems } = await examine({ ...MAGIC, session: { id: 'a', skey: 'b' } })
    assert.equal(code, 1)
    assert.match(problems[0], /任何人都可以登录 → .*jscode2session/)
  })

  test('that answers a page, or not at this address, is a problem', async () => {
    const page = await examine('<html></html>', { status: 502 })
    assert.match(page.problems[0], /不是 JSON（HTTP 502）：<html>.* → .*网关/)
    const missing = await examine('not found', { status: 404 })
    assert.match(missing.problems[0], /HTTP 404.* → .*路径和方法/)
  })

  test('that is not there is a problem', async () => {
    const { code, problems } = await doctor(folder, 'http://127.0.0.1:1/login')
    assert.equal(code, 1)
    assert.match(problems[0], /没有回答：ECONNREFUSED.* → /)
  })

  test('on the network without https is a problem', async () => {
    const { problems } = await doctor(folder, 'http://api.example.invalid/login')
    assert.match(problems[0], /http.* → .*证书/)
  })
})
