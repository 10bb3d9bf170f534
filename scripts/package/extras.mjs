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
const INNER = ['equal.js', 'owner.js', 'task.js']
const COMPONENTS = ['timeline']

async function minified(path, { change = (source) => source, ...further } = {}) {
  const { compress, format } = minifyOptions
  // Terser writes into what it is given.
  const options = { compress: { ...compress }, format: { ...format }, toplevel: true, ...further }
  return (await minify(change(readFileSync(path, 'utf8')), options)).code
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
    writeFileSync(modulePath, await minified(join(source, name), { change: moduleOf, module: true }))
    const outside = join(pkg, 'extras', name)
    if (INNER.includes(name)) rmSync(outside)
    else {
      writeFileSync(outside, `module.exports = require('../miniprogram_dist/extras/${name}')\n`)
      cpSync(outside.replace(/\.js$/, '.d.ts'), modulePath.replace(/\.mjs$/, '.d.mts'))
    }
  }
  for (const name of COMPONENTS) await buildComponent(name, { source, shipped, pkg })
}

/**
 * A component that listens to the package beside it, for native projects. Outside `miniprogram_dist` it lies without the
 * package, for projects of Taro and uni-app to copy: those bundle a package of their own, and one beside the component
 * would be a second copy. There it is one file, since not every bundler takes along what a copied component requires.
 */
async function buildComponent(name, { source, shipped, pkg }) {
  const outside = join(pkg, 'extras', name)
  cpSync(join(source, name), join(shipped, name), { recursive: true })
  for (const file of ['index.js', 'component.js']) {
    writeFileSync(join(shipped, name, file), await minified(join(source, name, file)))
  }
  const alone = (definition) => `(function (exports) {\n${definition}\nexports.define() })({})`
  writeFileSync(
    join(outside, 'index.js'),
    await minified(join(source, name, 'component.js'), { change: alone })
  )
  rmSync(join(outside, 'component.js'))
}
