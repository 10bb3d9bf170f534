/**
 * device.mjs for JavaScriptCore's shell: the script of the run holds the package's files (see ../jsc.mjs).
 * Globals that devices lack are hidden from the package by parameters of the same name.
 */
import { ABSENT_GLOBALS, aliasesOf, createHostGlobals } from '../app.mjs'
import { deepCopy } from '../../host.mjs'
import { ModuleLoader } from '../modules.mjs'

export const environments = ['jsc']

const { scripts, wasmPaths } = globalThis.PACKAGE_FILES
const files = { scripts, wasm: {} }
for (const name of Object.keys(wasmPaths)) files.wasm[name] = globalThis.read(wasmPaths[name], 'binary')

export function startApp({ environment = 'jsc', ...options }) {
  if (environment !== 'jsc') throw new TypeError(`unknown environment '${environment}'`)
  const { globals, app } = createHostGlobals({ packageFiles: files, WebAssembly, ...options })
  const visible = { ...globals, Date: options.clock.Date }
  for (const name of ABSENT_GLOBALS) visible[name] = undefined
  const loader = new ModuleLoader({
    files: scripts,
    evaluate: (source, path, names) => new Function(...names, source),
    globals: visible,
    aliases: aliasesOf(scripts)
  })
  Object.assign(app, {
    require: loader.require,
    run: (source) => new Function('require', source)(loader.require),
    stop() {},
    copy: deepCopy
  })
  Object.defineProperty(app, 'qcloud', { get: () => app.require('wafer-client-wasm') })
  return app
}
