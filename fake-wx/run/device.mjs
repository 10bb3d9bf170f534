/**
 * Runs the built package in Node (see app.mjs for what `startApp` takes and gives):
 *   environment 'bare' (default): a vm context that has only what a device has; `oldEngine: true` also takes
 *     away what JavaScript got after ES2015, as on the oldest phones;
 *   environment 'node': plain `require` in this process, globals set while the app runs.
 * In JavaScriptCore the same test files run with jsc/device.mjs in this module's place.
 *
 *   for (const environment of environments) test(`… [${environment}]`, …)
 *
 * Objects made inside the bare context have its prototypes: compare them after `app.copy(value)`.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import vm from 'node:vm'
import { ABSENT_GLOBALS, aliasesOf, createHostGlobals } from './app.mjs'
import { deepCopy } from '../host.mjs'
import { ModuleLoader } from './modules.mjs'
import { PACKAGE_FOLDER, readPackage } from './package-files.mjs'

export const environments = ['node', 'bare']

const AFTER_ES2015 = `
  delete Array.prototype.includes
  for (const name of ['flat', 'flatMap', 'at', 'findLast', 'findLastIndex']) delete Array.prototype[name]
  for (const name of ['entries', 'values', 'fromEntries', 'hasOwn', 'getOwnPropertyDescriptors']) delete Object[name]
  for (const name of ['padStart', 'padEnd', 'trimStart', 'trimEnd', 'matchAll', 'replaceAll', 'at']) {
    delete String.prototype[name]
  }
  for (const name of ['allSettled', 'any']) delete Promise[name]
  delete Promise.prototype.finally
  delete globalThis.WeakRef
  delete globalThis.AggregateError
  delete globalThis.globalThis
`

function startBare({ packageFolder, oldEngine = false, ...options }) {
  const files = readPackage(packageFolder)
  const { globals, app } = createHostGlobals({ packageFiles: files, WebAssembly, ...options })
  const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } })
  const contextDate = vm.runInContext('Date', context)
  const absent = ABSENT_GLOBALS.map((name) => `delete globalThis.${name}`).join('\n')
  vm.runInContext(absent, context)
  Object.assign(context, globals)
  context.Date = datesOf(options.clock, contextDate)
  if (oldEngine) vm.runInContext(AFTER_ES2015, context)

  const evaluate = (source, path, names) =>
    vm.runInContext(`(function (${names.join(', ')}) {${source}\n})`, context, { filename: path })
  const loader = new ModuleLoader({ files: files.scripts, evaluate, aliases: aliasesOf(files.scripts) })
  return Object.assign(app, {
    require: loader.require,
    /** Runs code of the app's own realm, as a page of the app would. */
    run: (source) => vm.runInContext(`(function (require) {${source}\n})`, context)(loader.require),
    stop() {}
  })
}

/** The context's own Date in the clock's time, so that its instances belong to the context. */
function datesOf(clock, ContextDate) {
  return new Proxy(ContextDate, {
    construct: (target, args) => Reflect.construct(target, args.length === 0 ? [clock.now()] : args),
    get: (target, key, receiver) => (key === 'now' ? clock.now : Reflect.get(target, key, receiver))
  })
}

const requirePackage = createRequire(import.meta.url)
let running

function startNode({ packageFolder = PACKAGE_FOLDER, ...options }) {
  running?.restoreGlobals()
  const { clock } = options
  let hasEnded = false
  const files = readPackage(packageFolder)
  const { globals, app } = createHostGlobals({ packageFiles: files, WebAssembly, ...options })
  delete globals.console
  // What is left of an app that was stopped would find the process's own timers, which keep the process.
  globals.setTimeout = (callback, delay, ...given) =>
    clock.setTimeout((...values) => hasEnded || callback(...values), delay, ...given)
  const saved = new Map()
  for (const [name, value] of Object.entries({ ...globals, Date: clock.Date })) {
    saved.set(name, Object.getOwnPropertyDescriptor(globalThis, name))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  }
  for (const path of Object.keys(requirePackage.cache)) {
    if (path.startsWith(files.root)) delete requirePackage.cache[path]
  }
  const aliases = aliasesOf(files.scripts)
  const loaded = (name) =>
    requirePackage(aliases[name] === 'index.js' ? packageFolder : join(files.root, aliases[name]))
  running = Object.assign(app, {
    require: loaded,
    run: (source) => new Function('require', source)(loaded),
    restoreGlobals() {
      for (const [name, descriptor] of saved) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor)
        else delete globalThis[name]
      }
      saved.clear()
      running = undefined
    },
    stop() {
      hasEnded = true
      app.restoreGlobals()
    }
  })
  return running
}

export function startApp({ environment = 'bare', ...options }) {
  if (!environments.includes(environment)) throw new TypeError(`unknown environment '${environment}'`)
  const app = environment === 'bare' ? startBare(options) : startNode(options)
  app.copy = deepCopy
  Object.defineProperty(app, 'qcloud', { get: () => app.require('wafer-client-wasm') })
  return app
}
