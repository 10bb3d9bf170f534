/** The typings of the built package: they compile, refuse misuse, explain themselves and match the core. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { PACKAGE_FOLDER, REPOSITORY } from '../wx/package-files.mjs'

const CONSUMER = fileURLToPath(new URL('consumer', import.meta.url))
const DECLARATIONS = join(PACKAGE_FOLDER, 'miniprogram_dist/index.d.ts')

const { config } = ts.readConfigFile(join(CONSUMER, 'tsconfig.json'), ts.sys.readFile)
const base = ts.parseJsonConfigFileContent(config, ts.sys, CONSUMER).options
/* The package under test, wherever WAFER_PACKAGE says it is. */
base.paths = { 'wafer-client-wasm': [PACKAGE_FOLDER], 'wafer-client-wasm/*': [join(PACKAGE_FOLDER, '*')] }

function problemsOf(files, options) {
  const names = files.map((name) => join(CONSUMER, name))
  const program = ts.createProgram(names, { ...base, ...options })
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file ? ts.getLineAndCharacterOfPosition(file, start).line + 1 : 0
    return `${file?.fileName ?? ''}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
}

const everywhere = ['usage.ts', 'misuse.ts']
const { ModuleKind, ModuleResolutionKind } = ts
const consumers = [
  ['CommonJS', [...everywhere, 'commonjs.ts', 'page.js'], {}],
  ['NodeNext', everywhere, { module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext }],
  ['a bundler', everywhere, { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler }]
]

for (const [name, files, options] of consumers) {
  for (const skipLibCheck of [true, false]) {
    test(`a strict consumer compiles, and each misuse is refused [${name}, skipLibCheck ${skipLibCheck}]`, () => {
      assert.deepEqual(problemsOf(files, { ...options, skipLibCheck }), [])
    })
  }
}

test('a misuse that the typings let pass would be noticed', () => {
  const host = ts.createCompilerHost(base)
  const path = join(CONSUMER, 'accepted.ts')
  const source = `import { setLoginUrl } from 'wafer-client-wasm'\n// @ts-expect-error accepted\nsetLoginUrl('https://a.example')\n`
  const { getSourceFile, fileExists } = host
  host.fileExists = (name) => name === path || fileExists(name)
  host.getSourceFile = (name, target) =>
    name === path ? ts.createSourceFile(name, source, target) : getSourceFile(name, target)
  const diagnostics = ts.getPreEmitDiagnostics(
    ts.createProgram([path], { ...base, skipLibCheck: true }, host)
  )
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    [2578]
  )
})

const program = ts.createProgram([DECLARATIONS], { ...base, skipLibCheck: true })
const checker = program.getTypeChecker()
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(DECLARATIONS)))
const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)
const isOurs = (node) => node.getSourceFile().fileName === DECLARATIONS
const isDocumented = (symbol) => symbol.getDocumentationComment(checker).length > 0

/** The members that a declaration of ours names, also those of types written inside it. */
function* membersOf(node, path) {
  if (
    ts.isPropertySignature(node) ||
    ts.isMethodSignature(node) ||
    ts.isConstructSignatureDeclaration(node)
  ) {
    const name = node.name ? node.name.getText() : 'new'
    yield [`${path}.${name}`, node]
    path = `${path}.${name}`
  }
  const inner = []
  ts.forEachChild(node, (child) => void inner.push(child))
  for (const child of inner) yield* membersOf(child, path)
}

const hasComment = (node) => ts.getJSDocCommentsAndTags(node).some(({ comment }) => comment)

test('every export and every member of it has a doc comment', () => {
  const bare = []
  let members = 0
  for (const symbol of exported) {
    const target = resolved(symbol)
    if (!isDocumented(target)) bare.push(symbol.name)
    if (symbol.name === 'constants') continue
    for (const declaration of target.declarations.filter(isOurs)) {
      for (const [path, member] of membersOf(declaration, symbol.name)) {
        members += 1
        if (!hasComment(member)) bare.push(path)
      }
    }
  }
  assert.deepEqual(bare, [])
  assert.ok(members > 80, `only ${members} members were looked at`)
})

test('the typings name what the package exports, no more and no less', () => {
  const values = exported.filter((symbol) => resolved(symbol).flags & ts.SymbolFlags.Value)
  const actual = createRequire(import.meta.url)(PACKAGE_FOLDER)
  assert.deepEqual(values.map(({ name }) => name).sort(), Object.keys(actual).sort())
  const constants = values.find(({ name }) => name === 'constants')
  const typed = checker.getTypeOfSymbol(resolved(constants)).getProperties()
  assert.deepEqual(typed.map(({ name }) => name).sort(), Object.keys(actual.constants).sort())
})

function literalsOf(alias) {
  const type = checker.getDeclaredTypeOfSymbol(resolved(exported.find(({ name }) => name === alias)))
  return type.types.map(({ value }) => value).sort()
}

/** The texts of an enum of the core. */
function valuesOfRust(path, name) {
  const source = readFileSync(join(REPOSITORY, path), 'utf8')
  const body = source.slice(source.indexOf(`\n    ${name} {`)).split('\n    }')[0]
  return [...body.matchAll(/^ {8}\w+ = "([^"]+)",$/gm)].map(([, value]) => value)
}

/** The types of events that the JS layer emits itself. */
function emittedByJs() {
  const found = new Set()
  const folder = join(REPOSITORY, 'js')
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText() === 'emit') {
      const [first] = node.arguments
      if (ts.isStringLiteral(first)) found.add(first.text)
    }
    ts.forEachChild(node, visit)
  }
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8')
    visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true))
  }
  return [...found]
}

test('the types of events are those of the core and of the loader', () => {
  const typed = ['CallEventType', 'SessionEventType', 'ModuleEventType'].flatMap(literalsOf)
  const emitted = new Set([...valuesOfRust('src/core/event.rs', 'EventKind'), ...emittedByJs()])
  assert.ok(emitted.size > 20)
  assert.deepEqual(typed.sort(), [...emitted].sort())
})

test('the error codes are those of the core', () => {
  assert.deepEqual(literalsOf('ErrorCode'), valuesOfRust('src/core/error.rs', 'ErrorCode').sort())
})
