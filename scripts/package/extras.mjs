/**
 * The extras: minified into miniprogram_dist/extras/, where WeChat's "build npm" finds them as
 * `wafer-client-wasm/extras/…`; outside mini-programs the same name leads there by `exports`, or by a file of one line
 * where those are not known.
 */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { minify } from 'terser'
import { minifyOptions } from './bundle.mjs'

/** Parts that only other extras load. */
const INNER = ['equal.js', 'task.js']
const COMPONENTS = ['timeline']

async function minified(path) {
  const { compress, format } = minifyOptions
  return (await minify(readFileSync(path, 'utf8'), { compress, format, toplevel: true })).code
}

/**
 * @param {string} source folder of the extras
 * @param {string} pkg the package that is being built
 */
export async function buildExtras(source, pkg) {
  const shipped = join(pkg, 'miniprogram_dist/extras')
  mkdirSync(shipped)
  for (const name of readdirSync(source).filter((name) => name.endsWith('.js'))) {
    writeFileSync(join(shipped, name), await minified(join(source, name)))
    const outside = join(pkg, 'extras', name)
    if (INNER.includes(name)) rmSync(outside)
    else writeFileSync(outside, `module.exports = require('../miniprogram_dist/extras/${name}')\n`)
  }
  for (const name of COMPONENTS) {
    cpSync(join(source, name), join(shipped, name), { recursive: true })
    writeFileSync(join(shipped, name, 'index.js'), await minified(join(source, name, 'index.js')))
    rmSync(join(pkg, 'extras', name), { recursive: true })
  }
}
