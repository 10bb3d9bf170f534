/**
 * The built module, and its fallback, with a question at each place where it may fail: it asks the host's function
 * `enters(place)`, and if that answers 1, the instance traps there (or memory is refused).
 *
 *   const { packageFolder, host, WebAssembly } = instrumented(enters)    // for startApp
 *
 * Places: EXPORT, a function that JS calls; INTERNAL, any other function; HOST, a function of JS that the module calls,
 * which then throws; ALLOCATION, a piece of memory, which is then refused as if there were none left; GROWTH,
 * `memory.grow`, which then answers -1.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import binaryen from 'binaryen'
import { fallbackFrom } from '../../scripts/package/fallback.mjs'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'
import { changedPackage } from '../package/changed.mjs'

export const EXPORT = 0
export const INTERNAL = 1
export const ALLOCATION = 2
export const GROWTH = 3
export const HOST = 4

const QUESTION = '(import "question" "enters" (func $enters (param i32) (result i32)))'

const asking = (place, otherwise) => `(if (call $enters (i32.const ${place})) (then ${otherwise}))`

const GROW = `(func $grow (param $0 i32) (result i32)
  ${asking(GROWTH, '(return (i32.const -1))')}
  (memory.grow (local.get $0)))`

/** @param {string} text a module as Binaryen writes it: a function's head and each of its variables on a line of its own */
function withQuestions(text) {
  const exported = new Set(
    Array.from(text.matchAll(/\(export "\w+" \(func (\$\S+)\)\)/g), ([, name]) => name)
  )
  const [head, ...functions] = text.slice(0, text.lastIndexOf(')')).split(/^ (?=\(func )/m)
  const asked = functions.map((source) => {
    const [, start, name] = /^(\(func (\$\S+).*\n(?: {2}\(local .*\n)*)/.exec(source)
    const isAllocator = source.includes('(memory.grow')
    const question = isAllocator
      ? asking(ALLOCATION, '(return (i32.const 0))')
      : asking(exported.has(name) ? EXPORT : INTERNAL, '(unreachable)')
    return start + question + source.slice(start.length).replaceAll('(memory.grow', '(call $grow')
  })
  const imports = head.lastIndexOf('(import ')
  return `${head.slice(0, imports)}${QUESTION}\n ${head.slice(imports)} ${asked.join(' ')} ${GROW})`
}

const FEATURES = binaryen.Features.MVP | binaryen.Features.MutableGlobals

/** What `make` gives of a module, which is disposed of afterwards. */
function using(module, make) {
  try {
    module.setFeatures(FEATURES)
    return make(module)
  } finally {
    module.dispose()
  }
}

async function instrument() {
  const built = readFileSync(join(PACKAGE_FOLDER, 'core.wasm'))
  const text = using(binaryen.readBinary(built), (module) => module.emitText())
  const wasm = using(binaryen.parseText(withQuestions(text)), (module) => module.emitBinary())
  const folder = mkdtempSync(join(tmpdir(), 'instrumented-'))
  try {
    const path = join(folder, 'core.wasm')
    writeFileSync(path, wasm)
    // The fallback finds the question where a mini-program finds wx.
    const fallback = `${await fallbackFrom(path)}
const bare = module.exports
module.exports = (imports) => bare(withQuestion(imports))
`
    return changedPackage({ wasm, fallback })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const packageFolder = await instrument()

const { WebAssembly: engine } = globalThis

/** What the module imports, with the question, which is asked of each of them as well. */
const importing = (enters) => (imports) => {
  const asked = { question: { enters } }
  for (const [module, functions] of Object.entries(imports)) {
    asked[module] = {}
    for (const [name, given] of Object.entries(functions)) {
      asked[module][name] = (...numbers) => {
        if (enters(HOST)) throw new Error('the host threw')
        return given(...numbers)
      }
    }
  }
  return asked
}

/** @param {(place: number) => number} enters asked at each place */
export function instrumented(enters) {
  const withQuestion = importing(enters)
  return {
    packageFolder,
    host: (fake) => ({ wx: fake.wx, withQuestion }),
    WebAssembly: {
      RuntimeError: engine.RuntimeError,
      Module: class {
        constructor(bytes) {
          return new engine.Module(bytes)
        }
        static exports = engine.Module.exports
        static imports = (module) =>
          engine.Module.imports(module).filter(({ module: from }) => from !== 'question')
      },
      Instance: class {
        constructor(module, imports) {
          return new engine.Instance(module, withQuestion(imports))
        }
      }
    }
  }
}
