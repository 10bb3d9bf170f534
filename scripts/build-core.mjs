/**
 * Builds the Rust core for devices into `build/core`:
 *
 * - `core.wasm`, `core.wasm.br`: WebAssembly MVP, stripped
 * - `glue.js`, `glue.d.ts`: `createGlue(host)`, see core/glue.mjs
 * - `core.named.wasm`: the same code with function names, for the size report
 * - `names.json`: what the one-letter imports and exports mean
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile, deviceTargetDirectory } from './core/compile.mjs'
import { exportsUsedBy, glueFactory, reduceGlue } from './core/glue.mjs'
import { glueTypings } from './core/glue-typings.mjs'
import { brotli, keepExports, optimise, shortenNames, strip, withoutBulkMemory } from './core/shrink.mjs'
import { pathsFromArguments } from './project.mjs'

const { project, core: out } = pathsFromArguments()
const bindgen = join(out, 'bindgen')
mkdirSync(bindgen, { recursive: true })
compile(project, bindgen, deviceTargetDirectory(project))

const compiled = withoutBulkMemory(readFileSync(join(bindgen, 'core_bg.wasm')))
const generated = readFileSync(join(bindgen, 'core_bg.js'), 'utf8')
const listed = (kind, bytes) =>
  WebAssembly.Module[kind](new WebAssembly.Module(bytes)).map(({ name }) => name)
const exported = listed('exports', compiled)
const publicFunctions = exported.filter((name) => name !== 'memory' && !name.startsWith('__'))
const hasStart = exported.includes('__wbindgen_start')

// Glue and module keep each other's leftovers alive: take away in turns until nothing more falls off.
let wasm = compiled
let glue
let imported = listed('imports', wasm)
for (;;) {
  glue = await reduceGlue(generated, [...publicFunctions, ...imported], hasStart)
  wasm = keepExports(wasm, new Set([...exportsUsedBy(glue), 'memory']))
  const left = listed('imports', wasm)
  if (left.length === imported.length) break
  imported = left
}

const { passes, named: optimised } = optimise(wasm)
const { bytes: named, names } = shortenNames(optimised)
const stripped = strip(named)
if (names.imports.length !== imported.length) {
  glue = await reduceGlue(generated, [...publicFunctions, ...names.imports.map(([, name]) => name)], hasStart)
}
const [{ module: importModule } = { module: 'a' }] = WebAssembly.Module.imports(
  new WebAssembly.Module(stripped)
)
const { source, hostFunctions } = glueFactory(glue, publicFunctions, names, importModule)

const write = (name, content) => writeFileSync(join(out, name), content)
write('core.wasm', stripped)
write('core.wasm.br', brotli(stripped))
write('core.named.wasm', named)
write('glue.js', source)
write('glue.d.ts', glueTypings(readFileSync(join(bindgen, 'core.d.ts'), 'utf8'), hostFunctions))
write(
  'names.json',
  `${JSON.stringify(
    {
      imports: Object.fromEntries(names.imports.map(([, name, short]) => [short, name])),
      exports: Object.fromEntries(names.exports.map(([name, short]) => [short, name])),
      host: hostFunctions
    },
    null,
    2
  )}\n`
)
console.log(
  `core.wasm ${stripped.length} bytes, ${brotli(stripped).length} as brotli (wasm-opt ${passes.join(' ')})`
)
