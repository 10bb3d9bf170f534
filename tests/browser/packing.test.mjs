import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { readFile, readdir, rm, mkdtemp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runInNewContext } from 'node:vm'
import { brotliDecompressSync } from 'node:zlib'
import { parse } from 'acorn'
import { buildHost } from '../../miniprogram-demo/host/build.mjs'
import { PREDECESSORS } from '../../scripts/pack-predecessors.mjs'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { createWx } from '../../fake-wx/wx.mjs'
import { startPredecessor } from '../../fake-wx/run/predecessors.mjs'
import { Wafer2Server, WaferServer } from '../../fake-wx/servers.mjs'
import { Phone, startBrowser } from './phone.mjs'
import { SessionServer, builtPage } from './session-server.mjs'

const ci = createRequire(import.meta.url)('miniprogram-ci')
const root = fileURLToPath(new URL('../..', import.meta.url))
const demo = join(root, 'miniprogram-demo')
const packed = join(demo, 'miniprogram_npm/wafer-client-wasm')

describe('the packed demo', () => {
  it('holds the files of the npm package, byte for byte, as "build npm" copied them', async () => {
    const source = join(root, 'pkg/miniprogram_dist')
    const filesOf = async (folder) =>
      (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
        .sort()
    const files = await filesOf(source)
    assert.deepEqual(await filesOf(packed), files)
    for (const file of files) {
      assert.ok(
        (await readFile(join(packed, file))).equals(await readFile(join(source, file))),
        `${file} differs: run scripts/build-demo.mjs`
      )
    }
  })

  it('runs exactly those files in the browser', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wafer-host-'))
    const { inputs } = await buildHost(folder)
    const fromPackage = inputs.filter((file) => file.includes('wafer-client-wasm/'))
    const used = ['extras/timeline/component.js', 'extras/timeline/index.js', 'fallback.js', 'index.js']
    assert.deepEqual(
      fromPackage.sort(),
      used.map((file) => join(packed, file))
    )
    const shipped = brotliDecompressSync(await readFile(join(packed, 'core.wasm.br')))
    const served = await readFile(join(builtPage, 'miniprogram_npm/wafer-client-wasm/core.wasm'))
    assert.ok(served.equals(shipped))
    assert.ok(shipped.equals(await readFile(join(root, 'pkg/core.wasm'))))
    await rm(folder, { recursive: true })
  })

  it('runs the page and app files of the mini-program, unchanged', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wafer-host-'))
    const { inputs } = await buildHost(folder)
    const { pages } = JSON.parse(await readFile(join(demo, 'app.json'), 'utf8'))
    for (const file of ['app.js', ...pages.map((page) => `${page}.js`)]) {
      assert.ok(inputs.includes(join(demo, file)), `${file} is not in the bundle`)
    }
    await rm(folder, { recursive: true })
  })
})

describe('the mini-program in other runtimes', () => {
  it('finds the server without wx.getExtConfigSync', () => {
    const load = (wx) => {
      const module = { exports: {} }
      runInNewContext(readFileSync(join(demo, 'config.js'), 'utf8'), { wx, module })
      return { ...module.exports }
    }
    const usual = { baseUrl: 'http://127.0.0.1:8080', simulatedUser: 'demo' }
    assert.deepEqual(load({}), usual)
    assert.deepEqual(load({ getExtConfigSync: () => undefined }), usual)
    assert.equal(load({ getExtConfigSync: () => ({ baseUrl: 'https://x.test' }) }).baseUrl, 'https://x.test')
  })

  it('imports its styles by relative paths', async () => {
    for (const file of (await readdir(demo, { recursive: true })).filter((name) => name.endsWith('.wxss'))) {
      if (file.startsWith('node_modules')) continue
      for (const [, path] of (await readFile(join(demo, file), 'utf8')).matchAll(/@import '([^']+)'/g)) {
        assert.match(path, /^\.{1,2}\//, file)
      }
    }
  })
})

describe('the predecessors in the demo', () => {
  for (const name of PREDECESSORS) {
    it(`do through wx what npm’s ${name} does`, async () => {
      const traceOf = async (start) => {
        const clock = new VirtualClock()
        const server = name === 'wafer-client-sdk' ? new WaferServer({ clock }) : new Wafer2Server({ clock })
        const { qcloud, fake } = start({ clock, server })
        qcloud.setLoginUrl('https://api.example.com/login')
        const call = () =>
          new Promise((resolve) => {
            const answer = (result) => resolve(result.statusCode ?? result.type)
            qcloud.request({
              login: true,
              url: 'https://api.example.com/user',
              success: answer,
              fail: answer
            })
          })
        const answers = await clock.until(Promise.all(Array.from({ length: 20 }, call)))
        return { answers, trace: fake.trace() }
      }
      const packed = createRequire(import.meta.url)(join(demo, `predecessors/${name}.js`))
      const fromDemo = await traceOf((options) => {
        const fake = createWx(options)
        return {
          fake,
          qcloud: packed(fake.wx)
        }
      })
      const fromNpm = await traceOf((options) => startPredecessor(name, options))
      assert.deepEqual(fromDemo, fromNpm)
      assert.ok(fromDemo.trace.length >= 60)
    })
  }
})

describe('WeChat’s own builder', () => {
  let built

  before(async () => {
    // It would ask WeChat's servers for the rights of an appid; these tests stay on this machine.
    ci.proxy('http://127.0.0.1:9')
    const project = new ci.Project({
      appid: 'touristappid',
      type: 'miniProgram',
      projectPath: demo,
      privateKey: 'nothing is signed here',
      ignores: [
        'host/**/*',
        'simulator/**/*',
        'timeline/**/*',
        'screenshots/**/*',
        'node_modules/**/*',
        '*.md'
      ]
    })
    project.attr = async () => ci.DefaultProjectAttr
    built = await ci.compile(project, { setting: { es6: true, es7: true, minify: true, minifyWXSS: true } })
  })

  it('accepts the demo with all of its pages, styles, icons and the wasm module', async () => {
    const { pages, tabBar } = JSON.parse(await readFile(join(demo, 'app.json'), 'utf8'))
    const expected = [
      ...['app.js', 'app.json', 'app.wxss', 'theme.json', 'style/weui.wxss'],
      ...pages.flatMap((page) => ['js', 'json', 'wxml', 'wxss'].map((kind) => `${page}.${kind}`)),
      ...tabBar.list.flatMap(({ iconPath, selectedIconPath }) => [iconPath, selectedIconPath]),
      'miniprogram_npm/wafer-client-wasm/index.js',
      'miniprogram_npm/wafer-client-wasm/core.wasm.br',
      'miniprogram_npm/wafer-client-wasm/fallback.js',
      ...PREDECESSORS.map((name) => `predecessors/${name}.js`)
    ]
    assert.deepEqual(
      expected.filter((file) => !(file in built)),
      []
    )
    assert.deepEqual(
      Object.keys(built).filter((file) => /^(host|simulator|screenshots|timeline)\//.test(file)),
      []
    )
  })

  it('leaves the wasm module as it is', async () => {
    const source = await readFile(join(packed, 'core.wasm.br'))
    assert.ok(source.equals(Buffer.from(built['miniprogram_npm/wafer-client-wasm/core.wasm.br'])))
  })

  it('makes ES5 of every script', () => {
    for (const [file, code] of Object.entries(built).filter(([name]) => name.endsWith('.js'))) {
      assert.doesNotThrow(() => parse(String(code), { ecmaVersion: 5 }), file)
    }
  })

  it('stays below the 2 MB of a main package', () => {
    const bytes = Object.entries(built)
      .filter(([file]) => !file.endsWith('.map'))
      .reduce((sum, [, content]) => sum + Buffer.byteLength(content), 0)
    assert.ok(bytes < 2 * 1024 * 1024, `${bytes} bytes`)
  })

  for (const core of ['wasm', 'plain JS']) {
    it(`makes a package that still logs in, in a real browser, on ${core}`, async () => {
      const server = await SessionServer.start()
      const browser = await startBrowser()
      try {
        const phone = await Phone.open(browser, server, { user: 'es5' })
        const nickName = await phone.page.evaluate(`(async () => {
          const load = (run, WXWebAssembly) => {
            const module = { exports: {} }
            run(module, module.exports, WXWebAssembly)
            return module.exports
          }
          const isWasm = ${core === 'wasm'}
          const qcloud = load(
            function (module, exports, WXWebAssembly) { ${packedCode('index.js')} },
            isWasm ? WXWebAssembly : undefined
          )
          const fallback = load(function (module, exports) { ${packedCode('fallback.js')} })
          qcloud.configure({ loginUrl: '${server.url}/login', fallback: () => fallback })
          const { data } = await qcloud.request({ login: true, url: '${server.url}/user' })
          return data.data.userInfo.nickName
        })()`)
        assert.equal(nickName, '微信用户')
        phone.assertContent()
      } finally {
        await browser.close()
        await server.remove()
      }
    })
  }

  const packedCode = (file) => String(built[`miniprogram_npm/wafer-client-wasm/${file}`])
})
