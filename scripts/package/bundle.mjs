/** js/, as the one CommonJS file that a mini-program loads, and as the ES module of which bundlers take what is used. */
import { dirname, join } from 'node:path'
import { rollup } from 'rollup'
import { minify } from 'terser'
import ts from 'typescript'
import { SUFFIX } from '../core/boundary.mjs'
import { readJson, repository } from '../project.mjs'
import { shortDeclarations } from '../shrink/declarations.mjs'
import { minifyWithNames } from '../shrink/names.mjs'

/** The language of the shipped file: what JavaScriptCore of iOS 10 and "ES6 to ES5" can take. */
const ECMA = 2015

/** Properties of our own objects end in `_` and get short names. Everything a user or `wx` sees has no such ending. */
const INTERNAL_PROPERTY = /[^_]_$/

/**
 * The short names that the module has for its functions and for those of js/ that it calls, as terser keeps them.
 *
 * @param {string} core folder of names.json
 */
function namesOfBoundary(core) {
  const { module, imports, exports } = readJson(join(core, 'names.json'))
  const shortNames = [['module', module], ...[imports, exports].flatMap(reversed)]
  return Object.fromEntries(shortNames.map(([name, short]) => [`$${name}${SUFFIX}`, short]))
}

const reversed = (names) => Object.entries(names).map(([short, name]) => [name, short])

export const minifyOptions = {
  ecma: ECMA,
  toplevel: true,
  compress: { ecma: ECMA, passes: 4, unsafe_arrows: true, keep_fargs: false },
  format: { ecma: ECMA, comments: false }
}

const tslib = join(repository, 'node_modules/tslib/tslib.es6.mjs')

/**
 * The project's JavaScript as rollup is to see it. The whole program is compiled at once, since only then are
 * `const enum`s numbers in the places where they are used. Object spread becomes `Object.assign`, which devices
 * have; other compilers bring 500 bytes of their own for it.
 *
 * @param {string} project
 * @returns {Map<string, { code: string, map: string }>} by the path of the TypeScript source
 */
function compileTypeScript(project) {
  const configPath = join(project, 'tsconfig.json')
  const config = ts.parseConfigFileTextToJson(configPath, ts.sys.readFile(configPath)).config
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, project, {
    target: ts.ScriptTarget.ES2015,
    module: ts.ModuleKind.ESNext,
    noEmit: false,
    noEmitOnError: true,
    sourceMap: true,
    // What Object.assign cannot do, object rest for one, comes from tslib, once.
    importHelpers: true
  })
  const program = ts.createProgram(fileNames, options)
  const compiled = new Map()
  const { emitSkipped, diagnostics } = program.emit(undefined, (path, text, _mark, _onError, sources) => {
    const source = sources[0].fileName
    const entry = compiled.get(source) ?? { code: '', map: '' }
    entry[path.endsWith('.map') ? 'map' : 'code'] = text
    compiled.set(source, entry)
  })
  if (emitSkipped) {
    throw new Error(ts.formatDiagnostics([...ts.getPreEmitDiagnostics(program), ...diagnostics], formatHost))
  }
  return compiled
}

const formatHost = {
  getCurrentDirectory: ts.sys.getCurrentDirectory,
  getCanonicalFileName: (name) => name,
  getNewLine: () => '\n'
}

/**
 * @param {string} project
 * @param {string} [entry] the code of `js/entry`, which is no file
 */
function typescript(project, entry) {
  const compiled = compileTypeScript(project)
  const entryPath = join(project, ENTRY)
  return {
    name: 'typescript',
    resolveId(specifier, importer) {
      if (specifier === 'tslib') return tslib
      if (specifier === entryPath) return entryPath
      if (!importer || !specifier.startsWith('.')) return null
      const path = join(dirname(importer), specifier)
      return compiled.has(`${path}.ts`) ? `${path}.ts` : null
    },
    load: (id) => (id === entryPath ? entry : (compiled.get(id) ?? null))
  }
}

const ENTRY = 'js/entry'

async function roll(input, plugins, output) {
  const bundle = await rollup({
    input,
    plugins,
    treeshake: { preset: 'smallest' },
    onwarn(warning) {
      throw new Error(warning.message)
    }
  })
  const generated = await bundle.generate({
    externalLiveBindings: false,
    freeze: false,
    generatedCode: { preset: 'es2015', symbols: false },
    ...output
  })
  await bundle.close()
  return generated.output[0]
}

/**
 * What native projects load.
 *
 * @param {{ project: string, core: string, plain: boolean }} paths `core` is the folder of the built core
 * @returns {Promise<{ code: string, map: object }>} a CommonJS file and its source map
 */
export async function bundlePackage({ project, core, plain }) {
  const plugins = [typescript(project), ...(plain ? [] : [shortDeclarations])]
  const { code, map } = await roll(join(project, 'js/package.ts'), plugins, {
    // Never written: it makes the source map's paths relative to the project.
    file: join(project, 'index.js'),
    format: 'cjs',
    sourcemap: true,
    exports: 'none',
    esModule: false
  })
  const options = ownMinifyOptions(core)
  if (!plain) return minifyWithNames(code, map, options)
  const sourceMap = { content: JSON.stringify(map), asObject: true }
  return minify(code, { ...options, sourceMap })
}

/**
 * What bundlers import: the same as an ES module of which they take what an app uses. Calls whose result nobody uses
 * are marked, since no bundler would leave them out otherwise.
 *
 * @param {{ project: string, core: string, plain: boolean }} paths as above
 * @param {Record<string, unknown>} exported what the CommonJS file exports
 * @returns {Promise<string>}
 */
export async function bundleModule({ project, core, plain }, exported) {
  const names = Object.keys(exported)
  const isText = (name) => typeof exported[name] === 'string'
  const constants = names.filter((name) => typeof exported[name] === 'string')
  const functions = names.filter((name) => name !== 'constants' && !constants.includes(name))
  const entry = `import { constants } from './app/constants'
import { ${functions.join(', ')} } from './index'
${constants.map((name) => `const ${name} = ${JSON.stringify(exported[name])}\n`).join('')}
export { ${names.join(', ')} }
export default { ${names.join(', ')} }
`
  const plugins = [typescript(project, entry), ...(plain ? [] : [shortDeclarations])]
  const { code } = await roll(join(project, ENTRY), plugins, { format: 'es' })
  const { format, ...options } = ownMinifyOptions(core)
  const minified = await minify(code, {
    ...options,
    module: true,
    format: { ...format, preserve_annotations: true }
  })
  return minified.code
}

/** Terser's options for our own code. */
function ownMinifyOptions(core) {
  const { compress, ...others } = minifyOptions
  return {
    ...others,
    // No code here reads a property for what its getter does, and dropping what is read stays within what is written.
    compress: { ...compress, unsafe_methods: true, pure_getters: true, reduce_funcs: false },
    mangle: { properties: { regex: INTERNAL_PROPERTY, keep_quoted: true } },
    nameCache: { props: { props: namesOfBoundary(core) } }
  }
}
