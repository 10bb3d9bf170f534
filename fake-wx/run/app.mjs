/**
 * What starting an app means wherever the package runs: its own fake `wx` and `WXWebAssembly` around the
 * modules of the package. device.mjs (Node) and jsc/device.mjs (JavaScriptCore) offer `startApp` on top.
 *
 *   const app = startApp({ clock, server, seed, …(all options of createWx), wasm: { answer, loadMs } })
 *   app.qcloud            // require('wafer-client-wasm')
 *   app.require(name)     // 'wafer-client-wasm/fallback' and 'wafer-client-wasm/extras/…' too
 *   app.fake, app.wx      // see ../wx.mjs
 *   app.wasm              // see ../wxwebassembly.mjs; `wasm: null` starts on a host without WXWebAssembly
 *   app.console           // what was printed: [['warn', 'text', …], …]
 *   app.stop()
 *
 * A second app that shares a clock, server and `storage` (a Map) is a restart of the first, or another
 * package beside it. `fake` takes an existing fake instead of making one; `wx: null` leaves `wx` away;
 * `host: (fake) => ({ tt: … })` puts other globals in its place, and `wasm: { globalName }` another loader's name.
 */
import { createWx } from '../wx.mjs'
import { Random } from '../random.mjs'
import { createWXWebAssembly } from '../wxwebassembly.mjs'

export const PACKAGE_ROOT = 'miniprogram_npm/wafer-client-wasm/'

/** The names under which an app reaches the package and its extras, as paths of its files. */
export function aliasesOf(scripts) {
  const aliases = { 'wafer-client-wasm': 'index.js', 'wafer-client-wasm/fallback': 'fallback.js' }
  for (const path of Object.keys(scripts)) {
    if (path.startsWith('extras/')) aliases[`wafer-client-wasm/${path.slice(0, -'.js'.length)}`] = path
  }
  return aliases
}

/** Absent on devices, although the JavaScript language or this engine has them. */
export const ABSENT_GLOBALS = [
  'WebAssembly',
  'TextEncoder',
  'TextDecoder',
  'fetch',
  'URL',
  'FinalizationRegistry',
  'queueMicrotask',
  'Intl',
  'BigInt',
  'BigInt64Array',
  'BigUint64Array',
  'window',
  'self',
  'performance',
  'process',
  'structuredClone',
  'SharedArrayBuffer',
  'Atomics'
]

const CONSOLE_METHODS = ['debug', 'log', 'info', 'warn', 'error']

export function createHostGlobals({
  packageFiles,
  clock,
  WebAssembly,
  wasm = {},
  fake,
  wx,
  host = (fake) => ({ wx: fake.wx }),
  ...options
}) {
  const owner = fake ?? createWx({ clock, ...options })
  const readPackageFile = (path) =>
    path.startsWith(PACKAGE_ROOT) ? packageFiles.wasm[path.slice(PACKAGE_ROOT.length)] : undefined
  const controls = wasm && createWXWebAssembly({ clock, readPackageFile, WebAssembly, ...wasm })
  const random = new Random(options.seed)
  const printed = []
  const console = {}
  for (const method of CONSOLE_METHODS) console[method] = (...args) => void printed.push([method, ...args])

  const globals = {
    console,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    setInterval: clock.setInterval,
    clearInterval: clock.clearInterval,
    /* Math.random has a seed, like all chance in the fake. */
    Math: Object.create(Math, { random: { value: () => random.next() } })
  }
  if (wx !== null) Object.assign(globals, host(owner))
  const { globalName = 'WXWebAssembly' } = wasm ?? {}
  if (controls) globals[globalName] = controls.WXWebAssembly
  return { globals, app: { fake: owner, wx: owner.wx, wasm: controls, console: printed, clock } }
}
