/** A TypeScript project with the built package installed in it, as an app has it, and problems that tsc finds there. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { PACKAGE_FOLDER, PACKAGE_NAME, REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const CONSUMER = fileURLToPath(new URL('consumer', import.meta.url))

/** Of miniprogram-api-typings, by major version, as folders of this repository's node_modules. */
export const TYPINGS = {
  2: 'miniprogram-api-typings-2',
  3: 'miniprogram-api-typings-3',
  4: 'miniprogram-api-typings-4',
  5: 'miniprogram-api-typings'
}

const { config } = ts.readConfigFile(join(CONSUMER, 'tsconfig.json'), ts.sys.readFile)
export const strict = ts.parseJsonConfigFileContent(config, ts.sys, CONSUMER).options

const { ModuleKind, ModuleResolutionKind } = ts
const withNode10 = { module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10 }
const withNode16 = { module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16 }
const withBundler = { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler }

/** How projects find modules: `[name, folder of the sources, compiler options]`. */
export const RESOLUTIONS = [
  ['node10', 'commonjs', withNode10],
  ['node16, CommonJS', 'commonjs', withNode16],
  ['node16, modules', 'module', withNode16],
  ['bundler', 'module', withBundler]
]

const libraries = new Map()

/** Files that no option changes are read and parsed once. */
function hostFor(options) {
  const host = ts.createCompilerHost(options)
  const { getSourceFile } = host
  host.getSourceFile = (path, ...rest) => {
    if (!path.startsWith(dirname(ts.getDefaultLibFilePath({})))) return getSourceFile(path, ...rest)
    if (!libraries.has(path)) libraries.set(path, getSourceFile(path, ...rest))
    return libraries.get(path)
  }
  return host
}

/** @param {number} [version] of miniprogram-api-typings; without it the project has none */
export function createProject(version) {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-types-'))
  after(() => rmSync(folder, { recursive: true }))
  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  symlinkSync(PACKAGE_FOLDER, join(modules, PACKAGE_NAME))
  if (version) {
    symlinkSync(join(REPOSITORY, 'node_modules', TYPINGS[version]), join(modules, 'miniprogram-api-typings'))
  }
  for (const [name, type] of Object.entries({ commonjs: 'commonjs', module: 'module' })) {
    cpSync(CONSUMER, join(folder, name), { recursive: true })
    writeFileSync(join(folder, name, 'package.json'), JSON.stringify({ type }))
  }
  return {
    folder,
    /** What tsc says of `files` (of tests/types/consumer): `path:line text`. */
    problemsOf(files, from, options) {
      const all = {
        ...strict,
        // The package is where npm would have put it, not where it was built.
        preserveSymlinks: true,
        types: version ? [join(modules, 'miniprogram-api-typings')] : [],
        ...options
      }
      const names = files.map((name) => join(folder, from, name))
      const program = ts.createProgram(names, all, hostFor(all))
      return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
        const line = file ? ts.getLineAndCharacterOfPosition(file, start).line + 1 : 0
        const path = file?.fileName.replace(folder, '') ?? ''
        return `${path}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
      })
    }
  }
}
