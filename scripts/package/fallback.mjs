/** The core as plain JS, for hosts without WXWebAssembly. */
import { parse } from 'acorn'
import MagicString from 'magic-string'
import { minify } from 'terser'
import { FEATURES } from '../core/binaryen.mjs'
import { binaryenTool, run } from '../project.mjs'
import { minifyOptions } from './bundle.mjs'

/**
 * Binaryen writes an ES module with one instance in it. Here it becomes a function from the import object to
 * something like a WebAssembly.Instance, with a memory of its own for each call.
 *
 * @param {string} wasmPath
 * @returns {Promise<string>} a CommonJS file
 */
export async function fallbackFrom(wasmPath) {
  const source = run(process.execPath, [binaryenTool('wasm2js'), wasmPath, ...FEATURES, '-Oz', '-o', '-'])
  const edited = new MagicString(source)
  for (const statement of parse(source, { ecmaVersion: 2015, sourceType: 'module' }).body) {
    const declared = statement.type === 'VariableDeclaration' ? statement.declarations[0].id.name : ''
    const belongsToModule = /^(Import|Export)/.test(statement.type) || declared === 'retasmFunc'
    if (belongsToModule) edited.remove(statement.start, statement.end)
  }
  const wrapped = `'use strict'
module.exports = function (imports) {
${edited}
  return { exports: asmFunc(imports) }
}
`
  // WeChat's ES6-to-ES5 names an anonymous function after the property that holds it, and where that is also the name
  // of a label inside, renames the `break`s but not the label. So the exports stay functions with names of their own.
  const compress = { ...minifyOptions.compress, reduce_vars: false }
  return (await minify(wrapped, { ...minifyOptions, compress })).code
}
