/** The typings of the built package: they compile, refuse misuse, explain themselves and match the core. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import test from 'node:test'
import ts from 'typescript'
import { PACKAGE_FOLDER, REPOSITORY } from '../../fake-wx/run/package-files.mjs'
import { RESOLUTIONS, TYPINGS, createProject, strict } from './project.mjs'

const DECLARATIONS = join(PACKAGE_FOLDER, 'miniprogram_dist/index.d.ts')

const everywhere = ['usage.ts', 'misuse.ts', 'default-import.ts', 'extras.ts', 'testing.ts']
const inCommonJs = ['commonjs.ts', 'page.js']
const app = createProject(5)

for (const [name, from, options] of RESOLUTIONS) {
  for (const skipLibCheck of [true, false]) {
    test(`a strict consumer compiles, and each misuse is refused [${name}, skipLibCheck ${skipLibCheck}]`, () => {
      const files = from === 'commonjs' ? [...everywhere, ...inCommonJs] : everywhere
      assert.deepEqual(app.problemsOf(files, from, { ...options, skipLibCheck }), [])
    })
  }
}

test('a misuse that the typings let pass would be noticed', () => {
  writeFileSync(
    join(app.folder, 'commonjs/accepted.ts'),
    `import { setLoginUrl } from 'wafer-client-wasm'\n// @ts-expect-error accepted\nsetLoginUrl('https://a.example')\n`
  )
  assert.match(app.problemsOf(['accepted.ts'], 'commonjs', {}).join(), /:2 Unused '@ts-expect-error'/)
})

const alone = createProject()
for (const [name, from, options] of RESOLUTIONS) {
  for (const skipLibCheck of [true, false]) {
    test(`a project without WeChat's typings is checked all the same, and gets no globals [${name}, skipLibCheck ${skipLibCheck}]`, () => {
      const files = ['alone.ts', 'default-import.ts']
      assert.deepEqual(alone.problemsOf(files, from, { ...options, skipLibCheck }), [])
    })
  }
}

for (const version of Object.keys(TYPINGS)) {
  test(`the types of miniprogram-api-typings ${version} and those of the package take each other`, () => {
    const { problemsOf } = createProject(version)
    // As apps are, whose options hold undefined where nothing was said.
    const options = { skipLibCheck: true, exactOptionalPropertyTypes: false, noUnusedLocals: false }
    assert.deepEqual(problemsOf(['official.ts'], 'commonjs', options), [])
  })
}

const program = ts.createProgram([DECLARATIONS], { ...strict, types: [] })
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
  for (const name of readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.ts'))) {
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
