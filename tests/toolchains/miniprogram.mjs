/**
 * Runs a built mini-program, a folder with app.json and app.js, as a device does: each file a function body that sees
 * `require`, in a context that has only what devices have, in front of the real session server.
 *
 *   const app = launch({ folder, server, user: { id: 'anna' } })
 *   await app.show()      // the app comes to the front and makes its request; what it printed meanwhile
 *   app.fake, app.wasm    // see ../../fake-wx/wx.mjs and ../../fake-wx/wxwebassembly.mjs; `wasm: null` starts without
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import vm from 'node:vm'
import { brotliDecompressSync } from 'node:zlib'
import { ABSENT_GLOBALS } from '../../fake-wx/run/app.mjs'
import { REAL } from '../../fake-wx/run/bridge.mjs'
import { systemClock } from '../../fake-wx/clock.mjs'
import { createWx } from '../../fake-wx/wx.mjs'
import { createWXWebAssembly } from '../../fake-wx/wxwebassembly.mjs'

/* Deadlines that the package has set must not keep the process alive when the tests are over. */
const clock = {
  ...systemClock,
  setTimeout: (callback, delay, ...args) => systemClock.setTimeout(callback, delay, ...args).unref()
}

/** What WeChat hides from the files of a mini-program by parameters of the same name; other hosts have some of it. */
const HIDDEN = [
  ...['window', 'document', 'frames', 'self', 'location', 'navigator', 'localStorage', 'history', 'Caches'],
  ...[
    'screen',
    'alert',
    'confirm',
    'prompt',
    'XMLHttpRequest',
    'WebSocket',
    'Reporter',
    'webkit',
    'WeixinJSCore'
  ]
]

const isFile = (path) => /\.[a-z]+$/.test(path) && existsSync(path)

/** The path of what `name` means in `from`, as WeChat looks for it: files, and miniprogram_npm upwards. */
function resolve(root, from, name) {
  const found = (path) =>
    [path, `${path}.js`, `${path}/index.js`].find((candidate) => isFile(join(root, candidate)))
  if (name.startsWith('/')) return found(name.slice(1))
  if (name.startsWith('.')) return found(posix.join(posix.dirname(from), name))
  // What WeChat's "ES6 to ES5" puts into the package.
  if (name.startsWith('@babel/runtime/')) return found(name)
  for (let folder = posix.dirname(from); ; folder = posix.dirname(folder)) {
    const path = found(posix.join(folder, 'miniprogram_npm', name))
    if (path || folder === '.') return path
  }
}

/** @param {string} root */
function createLoader(root, context) {
  const cache = new Map()
  const load = (path) => {
    if (cache.has(path)) return cache.get(path).exports
    const module = { exports: {} }
    cache.set(path, module)
    const names = ['require', 'module', 'exports', ...HIDDEN.filter((name) => !(name in context))]
    const source = `(function (${names.join(', ')}) {${readFileSync(join(root, path), 'utf8')}\n})`
    const body = vm.runInContext(source, context, { filename: join(root, path) })
    const require = (name) => {
      const wanted = resolve(root, path, name)
      if (!wanted) throw new Error(`module '${name}' is not defined, require args is '${name}' in ${path}`)
      return load(wanted)
    }
    body(require, module, module.exports)
    return module.exports
  }
  return load
}

/** The parts of a mini-program's frame that toolchains touch while an app starts. */
function createFrame() {
  // Definitions of pages by path, of components by the name that they have in a page; the last that was registered.
  const registered = { pages: new Map(), components: new Map() }
  const define = (definition) => void (registered.last = definition)
  return {
    registered,
    globals: {
      App: (app) => (registered.app = app),
      Page: define,
      Component: define,
      Behavior: (behavior) => behavior,
      // On devices a plain object, not the global object.
      global: {},
      getApp: () => registered.app,
      getCurrentPages: () => []
    }
  }
}

/** As WeChat starts a mini-program: app.js, the pages and their components, then the app's own beginning. */
function startMiniProgram({ folder, load, registered }) {
  const readJson = (path) => JSON.parse(readFileSync(join(folder, `${path}.json`), 'utf8'))
  const app = readJson('app')
  const packages = [{ root: '', pages: app.pages }, ...(app.subpackages ?? app.subPackages ?? [])]
  const define = (path) => {
    load(`${path}.js`)
    const { last } = registered
    for (const [name, used] of Object.entries(readJson(path).usingComponents ?? {})) {
      if (registered.components.has(name)) continue
      registered.components.set(name, undefined)
      const component = used.startsWith('/') ? used.slice(1) : posix.join(posix.dirname(path), used)
      registered.components.set(name, define(component))
    }
    return last
  }
  load('app.js')
  for (const { root, pages } of packages)
    for (const page of pages) {
      const path = posix.join(root, page)
      registered.pages.set(path, define(path))
    }
  const options = { path: app.pages[0], query: {}, scene: 1001 }
  registered.app.onLaunch?.(options)
  registered.app.onShow?.(options)
}

/** As an app starts a plugin, whose code has a root of its own: by a function that its main module exports. */
export const startPlugin = ({ load, wx }) => load('index.js').start(wx)

/**
 * @param {object} options of createWx, and
 * @param {string} options.folder the built mini-program
 * @param {object} options.server of bridge.mjs
 * @param {(app: object) => void} [options.start] startPlugin for a plugin
 * @param {(fake: object) => object} [options.host] the globals of another host, in the place of wx
 * @param {object | null} [options.wasm] of createWXWebAssembly; null: the device has none
 */
export function launch({
  folder,
  server,
  wasm = {},
  host = (fake) => ({ wx: fake.wx }),
  start = startMiniProgram,
  ...options
}) {
  const fake = createWx({ clock, latency: REAL, server: server.transport, wechat: server.wechat, ...options })
  const shown = []
  Object.assign(fake.wx, {
    getLaunchOptionsSync: () => ({ path: '', query: { server: server.origin }, scene: 1001 }),
    onAppShow: (listener) => shown.push(listener)
  })
  const readPackageFile = (path) =>
    existsSync(join(folder, path)) ? brotliDecompressSync(readFileSync(join(folder, path))) : undefined
  const controls = wasm && createWXWebAssembly({ clock, readPackageFile, WebAssembly, ...wasm })

  const printed = []
  let heard
  const print =
    (method) =>
    (...words) => {
      printed.push([method, ...words].join(' '))
      heard?.()
    }
  const console = Object.fromEntries(
    ['debug', 'log', 'info', 'warn', 'error'].map((method) => [method, print(method)])
  )
  const { registered, globals } = createFrame()
  const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } })
  vm.runInContext(ABSENT_GLOBALS.map((name) => `delete globalThis.${name}`).join('\n'), context)
  const { setTimeout, clearTimeout, setInterval, clearInterval } = clock
  const timers = { setTimeout, clearTimeout, setInterval, clearInterval }
  Object.assign(context, globals, timers, { console }, host(fake))
  const { globalName = 'WXWebAssembly' } = wasm ?? {}
  if (controls) context[globalName] = controls.WXWebAssembly

  const load = createLoader(folder, context)
  start({ folder, load, registered, wx: fake.wx })

  return {
    fake,
    wasm: controls,
    registered,
    printed,
    /** Shows the app, and waits until it has said how its request went. */
    async show() {
      const already = printed.length
      const said = new Promise((resolve) => (heard = resolve))
      for (const listener of shown) listener({ path: '', query: {}, scene: 1001 })
      await said
      return printed.slice(already)
    }
  }
}
