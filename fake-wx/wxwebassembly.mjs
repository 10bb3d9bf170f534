/**
 * The fake `WXWebAssembly`: what a phone has in place of WebAssembly.
 *
 *   const wasm = createWXWebAssembly({ clock, readPackageFile, answer: 'both' })
 *   wasm.WXWebAssembly               // give it to the code under test
 *   wasm.calls                       // every instantiate: { path, outcome }
 *   wasm.instances                   // what was handed out, the latest last
 *   wasm.fault({ kind, times })      // reject (`error`), throw, hang, late (`ms`): for ever, or `times` times
 *   wasm.trap({ on, times })         // the next call of an export (of that name) fails as a wasm trap does
 *
 * `readPackageFile(path)` gives the bytes of a file of the code package, already decompressed, or
 * undefined. `answer`: 'both' for `{ instance, module }`, 'instance' for a bare instance: hosts differ.
 * As on iOS, exported Globals are refused; arguments of exports must be numbers; imports must be complete.
 */
const PACKAGE_PATH = /^\/?([^:]+\.wasm(?:\.br)?)$/

const compiled = new Map()

function compile(WebAssembly, path, bytes) {
  const known = compiled.get(path)
  if (known?.bytes === bytes) return known.module
  const module = new WebAssembly.Module(bytes)
  compiled.set(path, { bytes, module })
  return module
}

function checkModule(WebAssembly, module, imports) {
  const exported = WebAssembly.Module.exports(module)
  const globals = exported.filter(({ kind }) => kind === 'global').map(({ name }) => name)
  if (globals.length > 0)
    throw new Error(`CompileError: invalid wasm file (exported Globals: ${globals.join(', ')})`)
  if (exported.filter(({ kind }) => kind === 'table').length > 1) {
    throw new Error('CompileError: invalid wasm file (more than one table)')
  }
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === 'function' && typeof imports?.[from]?.[name] !== 'function') {
      throw new TypeError(`LinkError: import ${from}.${name} is not a function`)
    }
  }
}

export function createWXWebAssembly({
  clock,
  readPackageFile,
  WebAssembly = globalThis.WebAssembly,
  answer = 'both',
  loadMs = 5
}) {
  const calls = []
  const instances = []
  let fault
  let trap

  function guard(name, exported) {
    return (...args) => {
      if (trap && (trap.on === undefined || trap.on === name) && trap.times > 0) {
        trap.times -= 1
        throw new WebAssembly.RuntimeError('unreachable')
      }
      const odd = args.find((arg) => typeof arg !== 'number')
      if (odd !== undefined) throw new TypeError(`${name} got a ${typeof odd}: devices take numbers only`)
      return exported(...args)
    }
  }

  function instantiateNow(path, imports) {
    if (typeof path !== 'string')
      throw new TypeError('WXWebAssembly.instantiate takes a path of the code package')
    const inPackage = PACKAGE_PATH.exec(path)
    if (!inPackage) throw new TypeError(`WXWebAssembly.instantiate: invalid path "${path}"`)
    const bytes = readPackageFile(inPackage[1])
    if (!bytes) throw new Error(`WXWebAssembly.instantiate: file not found "${path}"`)
    const module = compile(WebAssembly, inPackage[1], bytes)
    checkModule(WebAssembly, module, imports)
    const real = new WebAssembly.Instance(module, imports)
    const exports = {}
    for (const [name, exported] of Object.entries(real.exports)) {
      exports[name] = typeof exported === 'function' ? guard(name, exported) : exported
    }
    const instance = { exports: Object.freeze(exports) }
    instances.push(instance)
    return answer === 'both' ? { instance, module: {} } : instance
  }

  function instantiate(path, imports) {
    const call = { path, outcome: 'pending' }
    calls.push(call)
    const active = fault && fault.times > 0 ? fault : undefined
    if (active) active.times -= 1
    if (active?.kind === 'throw') {
      call.outcome = 'throw'
      throw active.error ?? new Error('WXWebAssembly.instantiate: injected exception')
    }
    return new Promise((resolve, reject) => {
      const finish = () => {
        try {
          if (active?.kind === 'reject') throw active.error ?? new Error('CompileError: injected failure')
          const result = instantiateNow(path, imports)
          call.outcome = 'success'
          resolve(result)
        } catch (error) {
          call.outcome = 'reject'
          reject(error)
        }
      }
      if (active?.kind === 'hang') call.outcome = 'hang'
      else clock.setTimeout(finish, loadMs + (active?.kind === 'late' ? active.ms : 0))
    })
  }

  return {
    WXWebAssembly: { instantiate },
    calls,
    instances,
    fault(given) {
      if (!['reject', 'throw', 'hang', 'late'].includes(given.kind)) {
        throw new TypeError(`WXWebAssembly has no fault '${given.kind}'`)
      }
      fault = { times: Infinity, ...given }
    },
    clearFaults() {
      fault = undefined
      trap = undefined
    },
    trap(given = {}) {
      trap = { times: 1, ...given }
    }
  }
}
