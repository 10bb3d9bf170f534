/**
 * What Node's `import` gets, for apps' unit tests: Node finds no names in a minified CommonJS file, and a list of them
 * in that file would be shipped to every phone.
 */
import { createRequire } from 'node:module'

/**
 * @param {string} index the built index.js
 * @returns {Record<string, unknown>} what it exports, by name in alphabetical order
 */
export function exportedBy(index) {
  const exported = createRequire(import.meta.url)(index)
  return Object.fromEntries(Object.entries(exported).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/**
 * @param {string[]} names what index.js exports
 * @returns {Record<string, string>} text by file name: the module and its typings
 */
export function nodeEntry(names) {
  return {
    'index.mjs': `// For Node alone; mini-programs load miniprogram_dist/index.js.
import qcloud from './miniprogram_dist/index.js'

export default qcloud
export const {
${names.map((name) => `  ${name}`).join(',\n')}
} = qcloud
`,
    'index.d.mts': `import qcloud = require('./miniprogram_dist/index.js')

export default qcloud
export * from './miniprogram_dist/index.js'
`
  }
}
