import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import binaryen from 'binaryen'
import { ABSENT_GLOBALS } from '../../fake-wx/run/app.mjs'
import { toText } from '../../fake-wx/bytes.mjs'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { runInJsc } from '../../fake-wx/run/jsc.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'

/* A stand-in for the package: says what it sees, and loads a module that imports `host.add_ten` and exports
   `answer(n) = add_ten(n)`. */
const PROBE = `
exports.sees = function (name) { return typeof visible(name) }
function visible(name) {
  switch (name) {${[
    ...ABSENT_GLOBALS,
    'wx',
    'WXWebAssembly',
    'console',
    'setTimeout',
    'Promise',
    'Uint8Array'
  ]
    .map((name) => `case '${name}': return typeof ${name} === 'undefined' ? undefined : ${name}`)
    .join('\n')}}
}
exports.evaluates = function () { try { return new Function('return 1')() === 1 } catch (error) { return false } }
exports.load = function (path, imports) {
  return WXWebAssembly.instantiate(path, imports || { host: { add_ten: function (n) { return n + 10 } } })
}
exports.now = function () { return [Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date] }
exports.fallback = function () { return require('./fallback') }
`
const CORE_TEXT = `(module
  (import "host" "add_ten" (func $add_ten (param i32) (result i32)))
  (func (export "answer") (param i32) (result i32) (call $add_ten (local.get 0))))`
const GLOBAL_TEXT = '(module (global (export "game") i32 (i32.const 0)))'

const assemble = (text) => binaryen.parseText(text).emitBinary()

const RealDate = Date
const realSetTimeout = setTimeout

const folder = mkdtempSync(join(tmpdir(), 'wafer-package-'))
after(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'miniprogram_dist'))
const inPackage = (name, content) => writeFileSync(join(folder, 'miniprogram_dist', name), content)
writeFileSync(join(folder, 'package.json'), '{"name":"probe","main":"miniprogram_dist/index.js"}')
inPackage('index.js', PROBE)
inPackage('fallback.js', 'exports.name = "fallback"')
inPackage('core.wasm.br', brotliCompressSync(assemble(CORE_TEXT)))
inPackage('global.wasm', assemble(GLOBAL_TEXT))

const CORE = '/miniprogram_npm/wafer-client-wasm/core.wasm.br'

function start(options = {}) {
  const clock = options.clock ?? new VirtualClock({ start: 1_000_000 })
  return { clock, app: startApp({ clock, packageFolder: folder, ...options }) }
}

test('the bare context lacks everything that devices lack, and evaluates no strings', () => {
  const { app } = start()
  for (const name of ABSENT_GLOBALS) assert.equal(app.qcloud.sees(name), 'undefined', name)
  for (const name of ['wx', 'WXWebAssembly', 'console']) assert.equal(app.qcloud.sees(name), 'object', name)
  for (const name of ['setTimeout', 'Promise', 'Uint8Array']) assert.equal(app.qcloud.sees(name), 'function')
  assert.equal(app.qcloud.evaluates(), false)
})

test("an app starts with the user's files beside the package's own", async () => {
  for (const environment of ['bare', 'node']) {
    const { app, clock } = start({ environment, files: { 'wxfile://a.txt': 'a file' } })
    assert.equal(toText(app.fake.files.get('wxfile://a.txt')), 'a file')
    assert.equal((await clock.until(app.qcloud.load(CORE))).instance.exports.answer(1), 11)
    app.stop()
  }
})

test('an old engine has nothing of JavaScript after ES2015', () => {
  const { app } = start({ oldEngine: true })
  const has = (expression) => app.run(`return typeof (${expression}) !== 'undefined'`)
  assert.equal(has('Object.entries'), false)
  assert.equal(has('[].includes'), false)
  assert.equal(has('Promise.prototype.finally'), false)
  assert.equal(has('Object.assign'), true)
})

test('time in the context is the time of the clock', async () => {
  for (const environment of ['bare', 'node']) {
    const { app, clock } = start({ environment })
    await clock.advance(500)
    assert.deepEqual([...app.qcloud.now()], [1_000_500, 1_000_500, 5, true])
    app.stop()
  }
})

test('the wasm loads from a package path, with and without the leading slash, and answers in either shape', async () => {
  for (const environment of ['bare', 'node']) {
    for (const path of [CORE, CORE.slice(1)]) {
      const { app, clock } = start({ environment })
      const { instance } = await clock.until(app.qcloud.load(path))
      assert.equal(instance.exports.answer(4), 14)
      app.stop()
    }
    const { app, clock } = start({ environment, wasm: { answer: 'instance' } })
    const bare = await clock.until(app.qcloud.load(CORE))
    assert.equal(bare.exports.answer(5), 15)
    assert.deepEqual(app.wasm.calls, [{ path: CORE, outcome: 'success' }])
    app.stop()
  }
})

test('buffers, addresses, missing files, missing imports and exported Globals are refused', async () => {
  const { app, clock } = start()
  const load = (...args) => clock.until(app.qcloud.load(...args))
  await assert.rejects(load(new Uint8Array(8)), /takes a path/)
  await assert.rejects(load('https://example.com/core.wasm'), /invalid path/)
  await assert.rejects(load('wxfile://core.wasm'), /invalid path/)
  await assert.rejects(load('/miniprogram_npm/wafer-client-wasm/other.wasm'), /not found/)
  await assert.rejects(load('/elsewhere/core.wasm.br'), /not found/)
  await assert.rejects(load(CORE, { host: {} }), /host\.add_ten is not a function/)
  await assert.rejects(load('/miniprogram_npm/wafer-client-wasm/global.wasm'), /exported Globals: game/)
  assert.equal(app.wasm.instances.length, 0)
})

test('loading fails, hangs, throws or is late as scripted, and then is good again', async () => {
  const { app, clock } = start()
  const load = () => app.qcloud.load(CORE)
  app.wasm.fault({ kind: 'reject', times: 1 })
  await assert.rejects(clock.until(load()), /injected failure/)
  app.wasm.fault({ kind: 'throw', times: 1 })
  assert.throws(load, /injected exception/)
  app.wasm.fault({ kind: 'hang', times: 1 })
  await assert.rejects(clock.until(load()), /never settles/)
  const before = clock.elapsed()
  app.wasm.fault({ kind: 'late', ms: 1_000, times: 1 })
  await clock.until(load())
  assert.equal(clock.elapsed() - before, 1_005)
  await clock.until(load())
  assert.deepEqual(
    app.wasm.calls.map(({ outcome }) => outcome),
    ['reject', 'throw', 'hang', 'success', 'success']
  )
})

test('a trap fails one call of an export, and arguments that are not numbers are refused', async () => {
  const { app, clock } = start()
  const { instance } = await clock.until(app.qcloud.load(CORE))
  app.wasm.trap({ on: 'answer' })
  assert.throws(() => instance.exports.answer(1), WebAssembly.RuntimeError)
  assert.equal(instance.exports.answer(1), 11)
  assert.throws(() => instance.exports.answer(true), /devices take numbers only/)
})

test('a host without WXWebAssembly, or without wx, is possible', () => {
  assert.equal(start({ wasm: null }).app.qcloud.sees('WXWebAssembly'), 'undefined')
  assert.equal(start({ wx: null }).app.qcloud.sees('wx'), 'undefined')
})

test('an app gets the package and its fallback by name, and nothing else', () => {
  for (const environment of ['bare', 'node']) {
    const { app } = start({ environment })
    assert.equal(app.require('wafer-client-wasm/fallback').name, 'fallback')
    assert.equal(app.qcloud.fallback().name, 'fallback')
    app.stop()
  }
  assert.throws(() => start().app.require('node:fs'), /not defined/)
})

test('every start loads the package anew, and in Node the globals are put back afterwards', () => {
  for (const environment of ['bare', 'node']) {
    const first = start({ environment }).app
    const qcloud = first.qcloud
    assert.equal(first.qcloud, qcloud)
    const second = start({ environment }).app
    assert.notEqual(second.qcloud, qcloud)
    second.stop()
  }
  assert.equal(typeof globalThis.wx, 'undefined')
  assert.equal(Date, RealDate)
  assert.equal(setTimeout, realSetTimeout)
})

test('bytes and objects of the app reach the server and the log whole, although another realm made them', async () => {
  const clock = new VirtualClock()
  const server = new WaferServer({ clock })
  const { app } = start({ clock, server })
  const sent = []
  server.route('/bytes', ({ data }) => {
    sent.push(toText(data))
    return { data: {} }
  })
  app.run(`
    const options = (data) => ({ url: 'https://api.example.com/bytes', method: 'POST', data })
    wx.request(options(new Uint8Array([104, 105]).buffer))
  `)
  await clock.runUntilIdle()
  app.run(`wx.request({ url: 'https://api.example.com/bytes', method: 'POST', data: { list: [1] } })`)
  await clock.runUntilIdle()
  assert.deepEqual(sent, ['hi', '{"list":[1]}'])
  const [bytes, object] = app.fake.calls('request')
  assert.equal(bytes.options.data.byteLength, 2)
  assert.deepEqual(object.options.data, { list: [1] })
})

test('what the package prints is kept', () => {
  const { app } = start()
  app.run(`console.warn('careful', 1)`)
  assert.deepEqual(app.console, [['warn', 'careful', 1]])
})

test(
  'in JavaScriptCore the same stand-in sees what a device shows, and loads',
  { skip: process.env.WAFER_SKIP_JSC === '1' },
  async () => {
    const entry = join(folder, 'entry.mjs')
    const local = (name) => JSON.stringify(new URL(name, import.meta.url).pathname)
    writeFileSync(
      entry,
      `import test from 'node:test'
     import assert from 'node:assert/strict'
     import { VirtualClock } from ${local('../../fake-wx/clock.mjs')}
     import { ABSENT_GLOBALS } from ${local('../../fake-wx/run/app.mjs')}
     import { startApp, environments } from ${local('../../fake-wx/run/device.mjs')}
     test('environments', () => assert.deepEqual(environments, ['jsc']))
     test('globals', () => {
       const { qcloud } = startApp({ clock: new VirtualClock() })
       for (const name of ABSENT_GLOBALS) assert.equal(qcloud.sees(name), 'undefined', name)
       assert.equal(qcloud.sees('wx'), 'object')
     })
     test('wasm', async () => {
       const clock = new VirtualClock()
       const { qcloud } = startApp({ clock })
       const { instance } = await clock.until(qcloud.load('${CORE}'))
       assert.equal(instance.exports.answer(4), 14)
     })`
    )
    for (const jit of [true, false]) {
      const results = await runInJsc({ entries: [entry], packageFolder: folder, jit })
      assert.deepEqual(
        results,
        ['environments', 'globals', 'wasm'].map((name) => ({ name, ok: true }))
      )
    }
  }
)

test('a package that was not built is named with the command that builds it', () => {
  assert.throws(() => start({ packageFolder: join(folder, 'nowhere') }), /make pkg/)
})
