/**
 * wasm-bindgen's glue, turned into a factory.
 *
 * The generated module keeps its state (the table of JS values, views of the memory, the instance) in
 * module variables, loads through APIs that devices lack, and brings TextEncoder and TextDecoder. Here it
 * becomes `createGlue(host)`: all state lives in the closure, so that an instance which trapped can be
 * thrown away whole; text goes through js/utf8.ts; loading is the caller's.
 */
import { parse } from 'acorn'
import { full, simple } from 'acorn-walk'
import MagicString from 'magic-string'
import { minify } from 'terser'

/** Names that must not remain: a mini-program's JS engine may have none of them. */
const ABSENT_ON_DEVICES = [
  'BigInt',
  'FinalizationRegistry',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'WebAssembly',
  'fetch',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'self',
  'window'
]

/** What wasm-bindgen declares for strings and views; `replacement` below stands in for these. */
const REPLACED = new Set([
  'MAX_SAFARI_DECODE_BYTES',
  '__wbg_set_wasm',
  'cachedDataViewMemory0',
  'cachedTextDecoder',
  'cachedTextEncoder',
  'cachedUint8ArrayMemory0',
  'decodeText',
  'getDataViewMemory0',
  'getStringFromWasm0',
  'getUint8ArrayMemory0',
  'numBytesDecoded',
  'passStringToWasm0',
  'wasm'
])

/**
 * Strings are copied once, with an exact allocation: Rust frees a string with its length as the capacity.
 * Views are made anew when the memory has grown: its buffer is then another one, and in the plain-JS fallback
 * the old one stays readable, so that only identity tells.
 */
const replacement = `
import { decodeUtf8, encodeUtf8 } from 'utf8'
let wasm
export function attach(exports) {
  wasm = exports
  START
}
let dataView
function getDataViewMemory0() {
  if (!dataView || dataView.buffer !== wasm.memory.buffer) dataView = new DataView(wasm.memory.buffer)
  return dataView
}
let bytes
function getUint8ArrayMemory0() {
  if (!bytes || bytes.buffer !== wasm.memory.buffer) bytes = new Uint8Array(wasm.memory.buffer)
  return bytes
}
function getStringFromWasm0(pointer, length) {
  return decodeUtf8(getUint8ArrayMemory0(), pointer >>>= 0, pointer + length)
}
function passStringToWasm0(text) {
  const encoded = encodeUtf8(text)
  const pointer = wasm.__wbindgen_malloc((WASM_VECTOR_LEN = encoded.length), 1) >>> 0
  getUint8ArrayMemory0().set(encoded, pointer)
  return pointer
}
`

const parseModule = (source) => parse(source, { ecmaVersion: 'latest', sourceType: 'module' })

function identifiersIn(node) {
  const names = new Set()
  full(node, (inner) => {
    if (inner.type === 'Identifier') names.add(inner.name)
  })
  return names
}

function declaredNames(statement) {
  const declaration = statement.declaration ?? statement
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.map((entry) => entry.id.name)
  return declaration.id ? [declaration.id.name] : []
}

/** Applies the replacements; the result is still an ES module that imports `host` functions. */
function replaceMemoryAccess(source, hasStart) {
  const edited = new MagicString(source)
  for (const statement of parseModule(source).body) {
    const names = declaredNames(statement)
    const replaced = names.some((name) => REPLACED.has(name))
    if (replaced && names.length > 1) throw new Error(`glue declares ${names} together: adapt glue.mjs`)
    const isLooseStatement = statement.type === 'ExpressionStatement' || statement.type === 'IfStatement'
    const looseNames = isLooseStatement ? identifiersIn(statement) : new Set()
    if (replaced || looseNames.has('cachedTextDecoder') || looseNames.has('cachedTextEncoder')) {
      edited.remove(statement.start, statement.end)
      continue
    }
    simple(statement, {
      CallExpression({ callee, arguments: given }) {
        // Without the reference to realloc the module need not export it.
        if (callee.name === 'passStringToWasm0') edited.remove(given[0].end, given.at(-1).end)
      }
    })
  }
  return edited.toString() + replacement.replace('START', hasStart ? 'wasm.__wbindgen_start()' : '')
}

/**
 * Keeps what the named functions need.
 *
 * @param {string} source wasm-bindgen's `_bg.js`
 * @param {string[]} kept names of the public functions and of the functions that the wasm imports
 * @param {boolean} hasStart whether the crate has a start function, which `attach` then runs
 * @returns {Promise<string>} a module that exports `attach` and the kept functions
 */
export async function reduceGlue(source, kept, hasStart) {
  const edited = new MagicString(replaceMemoryAccess(source, hasStart))
  const wanted = new Set([...kept, 'attach'])
  for (const statement of parseModule(edited.original).body) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    const [name] = declaredNames(statement)
    if (!wanted.has(name)) edited.remove(statement.start, statement.declaration.start)
  }
  const { code } = await minify(edited.toString(), {
    module: true,
    mangle: false,
    compress: { passes: 3, ecma: 2015, sequences: false },
    format: { beautify: true, comments: false }
  })
  const left = ABSENT_ON_DEVICES.filter((name) => identifiersIn(parseModule(code)).has(name))
  if (left.length) throw new Error(`the glue still needs ${left.join(', ')}, which devices do not have`)
  return code
}

/** Names of the wasm exports that the glue reads. */
export function exportsUsedBy(source) {
  const used = new Set()
  simple(parseModule(source), {
    MemberExpression({ object, property, computed }) {
      if (object.name !== 'wasm') return
      if (computed) throw new Error('the glue picks an export by a computed name: adapt glue.mjs')
      used.add(property.name)
    }
  })
  return used
}

/**
 * @param {string} reduced what {@link reduceGlue} returned
 * @param {string[]} publicFunctions the crate's exported functions
 * @param {{ imports: [string, string, string][], exports: [string, string][] }} names Binaryen's map
 *   of short names; the short module name is that of the first import
 * @param {string} importModule short name of the one import module
 * @returns {{ source: string, hostFunctions: string[] }} the module that exports `createGlue`
 */
export function glueFactory(reduced, publicFunctions, names, importModule) {
  const shortExports = new Map(names.exports)
  const edited = new MagicString(reduced)
  const hostFunctions = []
  const tree = parseModule(reduced)
  for (const statement of tree.body) {
    if (statement.type === 'ImportDeclaration') {
      if (statement.source.value === 'host') {
        for (const { imported, local } of statement.specifiers)
          hostFunctions.push([imported.name, local.name])
      } else if (statement.source.value !== 'utf8') {
        throw new Error(`the glue imports ${statement.source.value}: only raw_module = "host" is bound`)
      }
      edited.remove(statement.start, statement.end)
    } else if (statement.type === 'ExportNamedDeclaration') {
      if (!statement.declaration) throw new Error('unexpected export list in the glue: adapt glue.mjs')
      edited.remove(statement.start, statement.declaration.start)
    }
  }
  simple(tree, {
    MemberExpression({ object, property }) {
      if (object.name === 'wasm') edited.update(property.start, property.end, shortExports.get(property.name))
    }
  })
  const utf8 = ['decodeUtf8', 'encodeUtf8'].filter((name) => identifiersIn(tree).has(name))
  const destructured = hostFunctions.map(([from, to]) => (from === to ? from : `${from}: ${to}`))
  const imports = names.imports.map(([, name, short]) => `${short}: ${name}`)
  const source = `${utf8.length ? `import { ${utf8.join(', ')} } from '../../js/utf8'\n` : ''}
export function createGlue(host) {
${destructured.length ? `const { ${destructured.join(', ')} } = host\n` : ''}${edited.toString().trim()}
return {
  imports: { ${importModule}: { ${imports.join(', ')} } },
  attach,
  ${publicFunctions.join(',\n  ')}
}
}
`
  return { source, hostFunctions: hostFunctions.map(([from]) => from).sort() }
}
