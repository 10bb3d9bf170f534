/**
 * Saves 261 bytes of index.js (22,613 → 22,352): names given in three steps, so that terser inlines more, and what is
 * used most has the shortest name.
 */
import { parse } from 'acorn'
import { full } from 'acorn-walk'
import { minify } from 'terser'

const LETTERS = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$']
/** Names of two letters that mean something: keywords, and what is global. */
const TAKEN = new Set(['as', 'do', 'if', 'in', 'is', 'jd', 'ks', 'of', 'qq', 'tt', 'wx'])

/** One letter, then two. */
const shortNames = [
  ...LETTERS,
  ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second)).filter((name) => !TAKEN.has(name))
]

/** The module's own names, those that are used most first. */
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
 * Names for our own properties, the shortest for those that are used most; `known` are the names that some have
 * already.
 */
function propertyNames(code, isOwn, known) {
  const uses = new Map()
  const say = (key, computed) => {
    if (!computed && isOwn.test(key.name)) uses.set(key.name, (uses.get(key.name) ?? 0) + 1)
  }
  full(parse(code, { ecmaVersion: 2015 }), (node) => {
    if (node.type === 'MemberExpression') say(node.property, node.computed)
    if (node.type === 'Property') say(node.key, node.computed)
  })
  const taken = new Set(Object.values(known))
  const free = shortNames.filter((short) => !taken.has(short))
  const names = [...uses.keys()].filter((name) => !known[`$${name}`])
  names.sort((one, other) => uses.get(other) - uses.get(one))
  return { ...Object.fromEntries(names.map((name, index) => [`$${name}`, free[index]])), ...known }
}

/**
 * Terser puts a function into the place of its only call unless names of its variables are in use there, so that
 * all names are made different first. And it gives the module's names out in the order in which they are declared:
 * here the most frequent ones get the single letters.
 *
 * @param {string} code a script
 * @param {object} map its source map
 * @param {object} options terser's, for the file as a whole
 * @returns {Promise<{ code: string, map: object }>}
 */
export async function minifyWithNames(code, map, { compress, mangle, format, nameCache }) {
  let count = 0
  const distinct = { toplevel: true, nth_identifier: { get: () => `v${count++}` } }
  const steps = [
    // Comments that say what to inline stay, for the next step to read.
    () => ({ compress: false, mangle: distinct, format: { ...format, preserve_annotations: true } }),
    () => ({ compress, mangle: false, toplevel: true }),
    (compressed) => {
      const names = namesByUse(compressed).map((name, index) => [`$${name}`, shortNames[index]])
      const props = propertyNames(compressed, mangle.properties.regex, nameCache.props.props)
      const cache = { vars: { props: Object.fromEntries(names) }, props: { props } }
      return { compress: false, mangle, toplevel: true, nameCache: cache }
    }
  ]
  for (const step of steps) {
    const sourceMap = { content: JSON.stringify(map), asObject: true }
    ;({ code, map } = await minify(code, { format, ...step(code), ecma: format.ecma, sourceMap }))
  }
  return { code, map }
}
