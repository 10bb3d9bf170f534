/**
 * The extras: minified into miniprogram_dist/extras/, where WeChat's "build npm" finds them as
 * `wafer-client-wasm/extras/…`; outside mini-programs the same name leads there by `exports`, or by a file of one line
 * where those are not known. Bundlers get each as an ES module, too, which imports the package's own: an extra that
 * required index.js beside it would bring a second copy of the package, with a session of its own.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { minify } from 'terser'
import { minifyOptions } from './bundle.mjs'

/** Parts that only other extras load. */
const INNER = ['equal.js', 'task.js']
const COMPONENTS = ['timeline']

async function minified(path, toModule) {
  const { compress, format } = minifyOptions
  const source = readFileSync(path, 'utf8')
  // Terser writes into what it is given.
  const options = { compress: { ...compress }, format: { ...format }, toplevel: true }
  if (toModule) return (await minify(toModule(source), { ...options, module: true })).code
  return (await minify(source, options)).code
}

/** The same as an ES module; throws if it is written in another way than the extras are. */
function moduleOf(source) {
  const text = source
    .replace(/^'use strict'\n/, '')
    .replace(/^const (\{[^}]+\}) = require\('(\.[./\w]*)\.js'\)$/gm, "import $1 from '$2.mjs'")
    .replace(/^exports\.(\w+) = \1$/gm, 'export { $1 }')
    .replace(/^exports\.(\w+) = /gm, 'export const $1 = ')
  const left = /\b(require|exports|module)\b.*/.exec(text.replace(/^\s*(\/?\*|\/\/).*$/gm, ''))
  if (left) throw new Error(`an extra that cannot become an ES module: ${left[0]}`)
  return text
}

/**
 * @param {string} source folder of the extras
 * @param {string} pkg the package that is being built
 */
export async function buildExtras(source, pkg) {
  const shipped = join(pkg, 'miniprogram_dist/extras')
  const modules = join(pkg, 'esm/extras')
  mkdirSync(shipped)
  mkdirSync(modules)
  for (const name of readdirSync(source).filter((name) => name.endsWith('.js'))) {
    writeFileSync(join(shipped, name), await minified(join(source, name)))
    const modulePath = join(modules, name.replace(/\.js$/, '.mjs'))
    writeFileSync(modulePath, await minified(join(source, name), moduleOf))
    const outside = join(pkg, 'extras', name)
    if (INNER.includes(name)) rmSync(outside)
    else {
      writeFileSync(outside, `module.exports = require('../miniprogram_dist/extras/${name}')\n`)
      cpSync(outside.replace(/\.js$/, '.d.ts'), modulePath.replace(/\.mjs$/, '.d.mts'))
    }
  }
  for (const name of COMPONENTS) {
    cpSync(join(source, name), join(shipped, name), { recursive: true })
    writeFileSync(join(shipped, name, 'index.js'), await minified(join(source, name, 'index.js')))
    rmSync(join(pkg, 'extras', name), { recursive: true })
  }
}
