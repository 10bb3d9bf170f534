/** js/ and the glue, as the one CommonJS file that a mini-program loads. */
import { join } from 'node:path'
import { parse } from 'acorn'
import { build } from 'esbuild'
import MagicString from 'magic-string'
import { minify } from 'terser'

/**
 * Properties of our own objects end in `_` and get short names, the host functions that the core imports and
 * the functions that it exports among them. Everything a user or `wx` sees has no such ending.
 */
const INTERNAL_PROPERTY = /[^_]_$/

export const minifyOptions = {
  ecma: 2015,
  toplevel: true,
  compress: { ecma: 2015, passes: 4, unsafe_arrows: true, keep_fargs: false },
  format: { ecma: 2015, comments: false }
}

/**
 * esbuild's own CommonJS wrapping costs 300 bytes; plain assignments say the same, and Node finds the names in
 * them. The export list is the last statement, so that the source map of what comes before stays right.
 */
function exportsAsAssignments(source) {
  const edited = new MagicString(source)
  const last = parse(source, { ecmaVersion: 2015, sourceType: 'module' }).body.at(-1)
  if (last.type !== 'ExportNamedDeclaration') throw new Error('the bundle does not end in its export list')
  const assignments = last.specifiers.map(
    ({ local, exported }) => `exports.${exported.name} = ${local.name};`
  )
  edited.update(last.start, last.end, assignments.join('\n'))
  return edited.toString()
}

/**
 * @param {string} project
 * @returns {Promise<{ code: string, map: object }>} the file and its source map
 */
export async function bundlePackage(project) {
  const { outputFiles } = await build({
    absWorkingDir: project,
    entryPoints: [join(project, 'js/index.ts')],
    bundle: true,
    write: false,
    // Never written: it makes the source map's paths relative to the project.
    outfile: join(project, 'index.js'),
    sourcemap: 'external',
    sourcesContent: false,
    format: 'esm',
    target: 'es2015',
    platform: 'neutral',
    charset: 'utf8',
    legalComments: 'none',
    banner: { js: "'use strict';" },
    mangleProps: INTERNAL_PROPERTY,
    minifySyntax: true,
    logLevel: 'warning'
  })
  const [map, bundle] = outputFiles
  const { code, map: minified } = await minify(exportsAsAssignments(bundle.text), {
    ...minifyOptions,
    sourceMap: { content: map.text, asObject: true }
  })
  return { code, map: minified }
}
