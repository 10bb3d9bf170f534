/**
 * The boundary between the core and js/: functions of numbers, and one memory.
 *
 * wasm-bindgen generates JavaScript that converts what crosses. Where only numbers cross, it has nothing to do,
 * and js/ calls the module directly. This file sees to it that it is so, and writes the typings.
 */
import { parse } from 'acorn'
import { simple } from 'acorn-walk'
import ts from 'typescript'

/**
 * Ends each name of the boundary in js/, so that it is shortened there to the one-letter name that the module has
 * for it; see package/bundle.mjs.
 */
export const SUFFIX = '_'

/** @returns {string} a host function's name in Rust, without what wasm-bindgen puts around it */
export const hostName = (imported) => imported.replace(/^__wbg_(.*)_[0-9a-f]{16}$/, '$1')

/** `name`, or `name >>> 0`, which makes an integer of the core unsigned. */
const operand = (node) =>
  node.type === 'BinaryExpression' && node.operator === '>>>' && node.right.value === 0 ? node.left : node

/** Whether a function hands its parameters on to one other function and answers what that answers. */
function passesThrough({ params, body }) {
  const [first, second] = body.body
  const call = first.type === 'VariableDeclaration' ? first.declarations[0].init : first.expression
  const answers = first.type === 'VariableDeclaration'
  return (
    call?.type === 'CallExpression' &&
    call.arguments.length === params.length &&
    call.arguments.every((given, index) => operand(given).name === params[index].name) &&
    (answers ? operand(second?.argument ?? {}).name === 'ret' : !second) &&
    body.body.length === (answers ? 2 : 1)
  )
}

/**
 * Throws unless the generated module does nothing that js/ would have to do as well.
 *
 * @param {string} generated wasm-bindgen's `core_bg.js`
 */
export function checkNumbersOnly(generated) {
  const tree = parse(generated, { ecmaVersion: 'latest', sourceType: 'module' })
  simple(tree, {
    FunctionDeclaration(declaration) {
      const { name } = declaration.id
      if (name !== '__wbg_set_wasm' && !passesThrough(declaration))
        throw new Error(`${name} takes or answers more than numbers: js/ calls the module without glue`)
    }
  })
}

/**
 * @param {string} declarations wasm-bindgen's `core.d.ts`
 * @param {string[]} hostFunctions what the core imports
 * @returns {string} the typings of the module as js/ sees it
 */
export function boundaryTypings(declarations, hostFunctions) {
  const file = ts.createSourceFile('core.d.ts', declarations, ts.ScriptTarget.Latest, true)
  const methods = file.statements.filter(ts.isFunctionDeclaration).map((declaration) => {
    const documentation = ts.getJSDocCommentsAndTags(declaration).map((comment) => comment.getText(file))
    // A number that is left out is 0: where WebAssembly wants an integer, it takes undefined as 0.
    const signature = declarations
      .slice(declaration.name.end, declaration.end)
      .replace(/(\w+): number(?=[,)])/g, '$1?: number')
    return [...documentation, `${declaration.name.text}${SUFFIX}${signature}`]
      .flatMap((text) => text.split('\n'))
      .map((line) => `  ${line}`)
      .join('\n')
  })
  const host = hostFunctions.map((name) => `  ${name}${SUFFIX}(...numbers: number[]): number | void`)
  return `/** What the core calls. */
export interface Host {
${host.join('\n')}
}

/** One instance of the core. */
export interface Core {
  /** The instance's memory. */
  memory${SUFFIX}: { readonly buffer: ArrayBuffer }

${methods.join('\n\n')}
}
`
}
