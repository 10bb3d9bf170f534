/** The typings of build/core/glue.js, from wasm-bindgen's. */
import ts from 'typescript'

/**
 * @param {string} declarations wasm-bindgen's `core.d.ts`
 * @param {string[]} hostFunctions what the crate imports from `host`
 */
export function glueTypings(declarations, hostFunctions) {
  const file = ts.createSourceFile('core.d.ts', declarations, ts.ScriptTarget.Latest, true)
  const methods = file.statements.filter(ts.isFunctionDeclaration).map((declaration) => {
    const from = declaration.name.getStart(file)
    const documentation = ts.getJSDocCommentsAndTags(declaration).map((comment) => comment.getText(file))
    return [...documentation, declarations.slice(from, declaration.end)]
      .flatMap((text) => text.split('\n'))
      .map((line) => `  ${line}`)
      .join('\n')
  })
  const host = hostFunctions.map((name) => `  ${name}: (...values: any[]) => unknown`)
  return `/** What the core calls. */
export interface Host {
${host.join('\n')}
}

/** One instance of the core: nothing of it outlives this object. */
export interface Glue {
  /** The import object for \`instantiate\`. */
  imports: Record<string, Record<string, (...values: any[]) => unknown>>
  /** Binds the instance's exports; to be called once, before any other function. */
  attach(exports: unknown): void

${methods.join('\n\n')}
}

export function createGlue(host: Host): Glue
`
}
