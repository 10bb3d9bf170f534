/**
 * Builds the Rust core for devices into `build/core`:
 *
 * - `core.wasm`, `core.wasm.br`: WebAssembly MVP, stripped
 * - `core.d.ts`: the module's functions, and those that it calls, as js/ sees them
 * - `core.named.wasm`: nearly the same code with function names, for the size report
 * - `names.json`: what the one-letter imports and exports mean
 *
 * `--plain` leaves out what is there for bytes only.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { boundaryTypings, checkNumbersOnly, hostName } from './core/boundary.mjs'
import { compile, deviceTargetDirectory } from './core/compile.mjs'
import { brotli, keepExports, optimise, withoutBulkMemory } from './core/binaryen.mjs'
import { pathsFromArguments } from './project.mjs'
import { withOwnMemoryCopy } from './shrink/memory-copy.mjs'
import { PIPELINES } from './shrink/pipelines.mjs'

const { project, core: out, plain } = pathsFromArguments()
const bindgen = join(out, 'bindgen')
mkdirSync(bindgen, { recursive: true })
await compile(project, bindgen, deviceTargetDirectory(project))

checkNumbersOnly(readFileSync(join(bindgen, 'core_bg.js'), 'utf8'))
const lower = plain ? withoutBulkMemory : withOwnMemoryCopy
const compiled = lower(readFileSync(join(bindgen, 'core_bg.wasm')))
const exported = WebAssembly.Module.exports(new WebAssembly.Module(compiled)).map(({ name }) => name)
const wanted = exported.filter((name) => !name.startsWith('__'))
const kept = keepExports(compiled, new Set(wanted))
const { passes, wasm, names, named, size } = await optimise(kept, plain ? ['-Oz'] : PIPELINES)

const imports = names.imports.map(([, name, short]) => [short, hostName(name)])
const [{ module: importModule }] = WebAssembly.Module.imports(new WebAssembly.Module(wasm))
const hostFunctions = imports.map(([, name]) => name).sort()

const write = (name, content) => writeFileSync(join(out, name), content)
write('core.wasm', wasm)
write('core.wasm.br', brotli(wasm))
write('core.named.wasm', named)
write('core.d.ts', boundaryTypings(readFileSync(join(bindgen, 'core.d.ts'), 'utf8'), hostFunctions))
write(
  'names.json',
  `${JSON.stringify(
    {
      module: importModule,
      imports: Object.fromEntries(imports),
      exports: Object.fromEntries(names.exports.map(([name, short]) => [short, name]))
    },
    null,
    2
  )}\n`
)
console.log(`core.wasm ${wasm.length} bytes, ${size} as brotli (wasm-opt ${passes.join(' ')})`)
