/** js/ and the glue, as the one CommonJS file that a mini-program loads. */
import { dirname, join } from 'node:path'
import { ancestor, full } from 'acorn-walk'
import MagicString from 'magic-string'
import { rollup } from 'rollup'
import ts from 'typescript'
import { SUFFIX } from '../core/boundary.mjs'
import { readJson, repository } from '../project.mjs'
import { minifyScript } from './minify.mjs'

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

/** @param {string} project */
function typescript(project) {
  const compiled = compileTypeScript(project)
  return {
    name: 'typescript',
    resolveId(specifier, importer) {
      if (specifier === 'tslib') return tslib
      if (!importer || !specifier.startsWith('.')) return null
      const path = join(dirname(importer), specifier)
      return compiled.has(`${path}.ts`) ? `${path}.ts` : null
    },
    load: (id) => compiled.get(id) ?? null
  }
}

/**
 * What reads well at length, in short. `const` and `let` have done their work once the types are checked: at the top
 * of a function or of the module `var` means the same, and terser puts only functions whose variables are `var` in
 * the place where they are called; in a block, `let` joins with its neighbours. A function that does not ask for
 * `this` is an arrow in a list of variables. (It is there later than a function would be: no module calls another's
 * before that has run, or requiring the package would throw.)
 */
const shortDeclarations = {
  name: 'short-declarations',
  renderChunk(code) {
    const edited = new MagicString(code)
    ancestor(this.parse(code), {
      VariableDeclaration({ kind, start }, _state, ancestors) {
        const [block, around] = ancestors.slice(0, -1).reverse()
        const isOutermost =
          block.type === 'Program' || (block.type === 'BlockStatement' && /Function/.test(around.type))
        edited.update(start, start + kind.length, isOutermost ? 'var' : 'let')
      },
      FunctionDeclaration(node) {
        if (asksForThis(node)) return
        edited.update(node.start, node.id.start, 'var ')
        edited.appendLeft(node.id.end, ' = ')
        edited.appendLeft(node.body.start, '=> ')
        edited.appendLeft(node.end, ';')
      }
    })
    return { code: edited.toString(), map: edited.generateMap({ hires: true }) }
  }
}

function asksForThis(node) {
  let found = false
  full(node, ({ type }) => (found ||= type === 'ThisExpression'))
  return found
}

/**
 * @param {string} project
 * @param {string} core folder of the built core
 * @returns {Promise<{ code: string, map: object }>} the file and its source map
 */
export async function bundlePackage(project, core) {
  const bundle = await rollup({
    input: join(project, 'js/package.ts'),
    plugins: [typescript(project), shortDeclarations],
    treeshake: { preset: 'smallest' },
    onwarn(warning) {
      throw new Error(warning.message)
    }
  })
  const { output } = await bundle.generate({
    // Never written: it makes the source map's paths relative to the project.
    file: join(project, 'index.js'),
    format: 'cjs',
    sourcemap: true,
    exports: 'none',
    esModule: false,
    externalLiveBindings: false,
    freeze: false,
    generatedCode: { preset: 'es2015', symbols: false }
  })
  await bundle.close()
  const { compress, format } = minifyOptions
  return minifyScript(output[0].code, output[0].map, {
    format,
    // No code here reads a property for what its getter does, and dropping what is read stays within what is written.
    compress: { ...compress, unsafe_methods: true, pure_getters: true, reduce_funcs: false },
    mangle: { properties: { regex: INTERNAL_PROPERTY, keep_quoted: true } },
    properties: namesOfBoundary(core)
  })
}
