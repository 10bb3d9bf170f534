/** Terser, run so that it finds more to shorten. */
import { parse } from 'acorn'
import { full } from 'acorn-walk'
import { minify } from 'terser'

const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$']
/** Names of two letters that mean something: keywords, and what is global. */
const TAKEN = new Set(['as', 'do', 'if', 'in', 'is', 'of', 'wx'])

/** One letter, then two. */
const shortNames = [
  ...LETTERS,
  ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter((name) => !TAKEN.has(name))
]

/** The module's own names, those that are said most first. */
function namesByUse(code) {
  const tree = parse(code, { ecmaVersion: 2015 })
  const names = tree.body.flatMap(({ type, id, declarations }) => {
    if (type === 'FunctionDeclaration') return [id.name]
    if (type !== 'VariableDeclaration') return []
    return declarations.flatMap(
      ({ id: { name, properties } }) => name ?? properties.map(({ value }) => value.name)
    )
  })
  const uses = new Map(names.map((name) => [name, 0]))
  full(tree, ({ type, name }) => {
    if (type === 'Identifier' && uses.has(name)) uses.set(name, uses.get(name) + 1)
  })
  return names.sort((one, other) => uses.get(other) - uses.get(one))
}

/**
 * Terser puts a function into the place of its only call unless names of its variables are in use there, so that
 * all names are made different first. And it gives the module's names out in the order in which they are declared:
 * here the most frequent ones get the single letters.
 *
 * @param {string} code a script
 * @param {object} map its source map
 * @param {object} options terser's; property names are mangled as `mangle.properties` says, and as in `properties`,
 *   where some are given
 * @returns {Promise<{ code: string, map: object }>}
 */
export async function minifyScript(code, map, { compress, mangle, format, properties }) {
  let count = 0
  const distinct = { toplevel: true, nth_identifier: { get: () => `v${count++}` } }
  const steps = [
    // Comments that say what to inline stay, for the next step to read.
    () => ({ compress: false, mangle: distinct, format: { ...format, preserve_annotations: true } }),
    () => ({ compress, mangle: false, toplevel: true }),
    (compressed) => {
      const names = namesByUse(compressed).map((name, index) => [`$${name}`, shortNames[index]])
      const nameCache = { vars: { props: Object.fromEntries(names) }, props: { props: properties } }
      return { compress: false, mangle, toplevel: true, nameCache }
    }
  ]
  for (const step of steps) {
    const sourceMap = { content: JSON.stringify(map), asObject: true }
    ;({ code, map } = await minify(code, { format, ...step(code), ecma: format.ecma, sourceMap }))
  }
  return { code, map }
}
