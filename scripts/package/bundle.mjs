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

const minifyOptions = {
  ecma: 2015,
  toplevel: true,
  compress: { ecma: 2015, passes: 4, unsafe_arrows: true, keep_fargs: false },
  format: { ecma: 2015, comments: false }
}

/** esbuild's own CommonJS wrapping costs 300 bytes; plain assignments say the same and Node's ESM sees them. */
function exportsAsAssignments(source) {
  const edited = new MagicString(source)
  for (const statement of parse(source, { ecmaVersion: 2015, sourceType: 'module' }).body) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    const assignments = statement.specifiers.map(
      ({ local, exported }) => `exports.${exported.name} = ${local.name};`
    )
    edited.update(statement.start, statement.end, assignments.join('\n'))
  }
  edited.prepend("'use strict';\n")
  return { code: edited.toString(), map: edited.generateMap({ source: 'bundle.js', hires: true }) }
}

/**
 * @param {string} project
 * @returns {Promise<string>} the file
 */
export async function bundlePackage(project) {
  const bundled = await build({
    absWorkingDir: project,
    entryPoints: [join(project, 'js/index.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2015',
    platform: 'neutral',
    charset: 'utf8',
    legalComments: 'none',
    mangleProps: INTERNAL_PROPERTY,
    minifySyntax: true,
    logLevel: 'warning'
  })
  const { code } = exportsAsAssignments(bundled.outputFiles[0].text)
  return (await minify(code, minifyOptions)).code
}

export { minifyOptions }
