/** The JavaScript that devices load: its language, and what it does not need. */
import assert from 'node:assert/strict'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { parse } from 'acorn'
import { full, fullAncestor } from 'acorn-walk'
import { readPackage } from '../../fake-wx/run/package-files.mjs'

const { root, scripts } = readPackage()
const index = scripts['index.js']
const trees = Object.fromEntries(
  Object.entries(scripts).map(([name, code]) => [
    name,
    parse(code, { ecmaVersion: 2015, sourceType: 'script' })
  ])
)

/** What is missing on some device or other, and what a mini-program forbids. */
const ABSENT = [
  'WebAssembly',
  'TextEncoder',
  'TextDecoder',
  'fetch',
  'URL',
  'URLSearchParams',
  'FinalizationRegistry',
  'WeakRef',
  'queueMicrotask',
  'Intl',
  'BigInt',
  'globalThis',
  'window',
  'self',
  'document',
  'performance',
  'process',
  'Buffer',
  'eval',
  'Function',
  'require'
]

function freeIdentifiers(tree) {
  const used = new Set()
  fullAncestor(tree, (node, ancestors) => {
    if (node.type !== 'Identifier') return
    const parent = ancestors.at(-2)
    const isName =
      (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
      (parent.type === 'Property' && parent.key === node && !parent.computed && !parent.shorthand) ||
      (parent.type === 'MethodDefinition' && parent.key === node)
    if (!isName) used.add(node.name)
  })
  return used
}

/** The paths that a file requires. */
function requiredBy(tree) {
  const paths = []
  full(tree, (node) => {
    if (node.type === 'CallExpression' && node.callee.name === 'require') paths.push(node.arguments[0].value)
  })
  return paths
}

for (const [name, tree] of Object.entries(trees)) {
  test(`${name} is ES2015 without the constructs that Babel needs helpers for`, () => {
    const found = new Set()
    full(tree, (node) => found.add(node.generator ? 'generator' : node.async ? 'async' : node.type))
    for (const construct of [
      'generator',
      'async',
      'YieldExpression',
      'ImportExpression',
      'ClassDeclaration'
    ]) {
      assert.ok(!found.has(construct), construct)
    }
  })

  test(`${name} uses nothing that devices lack, loads nothing and evaluates nothing`, () => {
    const used = freeIdentifiers(tree)
    const loads = requiredBy(tree)
    for (const path of loads) assert.ok(posix.join(posix.dirname(name), path) in scripts, path)
    // An extra loads the package and what it shares with other extras; nothing else loads anything.
    const allowed = name.startsWith('extras/') && loads.length ? ['require'] : []
    assert.deepEqual(
      ABSENT.filter((identifier) => used.has(identifier)),
      allowed
    )
  })
}

test('index.js does not mention the fallback, so that who does not use it does not ship it', () => {
  assert.doesNotMatch(index, /fallback\.js|wafer-client-wasm\/fallback/)
})

test('requiring it takes a context with the language and nothing else, and leaves no trace there', () => {
  const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } })
  // V8 gives every context more than a device has.
  for (const name of ABSENT) runInContext(`delete this.${name}`, context)
  const before = runInContext('Object.getOwnPropertyNames(this)', context)
  const run = runInContext(`(function (module, exports) {${index}\n})`, context, {
    filename: join(root, 'index.js')
  })
  const module = { exports: {} }
  run(module, module.exports)
  assert.equal(typeof module.exports.request, 'function')
  assert.deepEqual(runInContext('Object.getOwnPropertyNames(this)', context), before)
})

test('requiring it touches neither wx nor a timer', () => {
  const touched = []
  const watched = (name) => new Proxy(() => {}, { get: (_, key) => touched.push(`${name}.${String(key)}`) })
  const timer = (name) => () => touched.push(name)
  const globals = {
    wx: watched('wx'),
    WXWebAssembly: watched('WXWebAssembly'),
    setTimeout: timer('setTimeout'),
    setInterval: timer('setInterval')
  }
  runInContext(`(function (module, exports) {${index}\n})`, createContext(globals))({ exports: {} }, {})
  assert.deepEqual(touched, [])
})
