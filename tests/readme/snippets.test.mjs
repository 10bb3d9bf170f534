/** Every snippet of every document is run or checked by a test, or says why not. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'
import { DOCUMENTS, GUIDES, everyDocument, textOf } from './documents.mjs'

const inBoth = (name) => [`docs/${name}.md`, `docs/${name}.zh-CN.md`]

/** Which test runs the snippets of which documents. */
const RUN = [
  { by: 'tests/readme/examples.test.mjs', documents: [...DOCUMENTS, ...GUIDES], languages: ['js'] },
  { by: 'tests/readme/backend.test.mjs', documents: inBoth('backend'), languages: ['js', 'python', 'go'] },
  { by: 'tests/testing-kit/guide.test.mjs', documents: inBoth('testing'), languages: ['js'] },
  {
    by: 'tests/testing-kit/guide.test.mjs',
    documents: ['pkg-template/README.md'],
    languages: ['javascript']
  },
  { by: 'tests/extras/documents.test.mjs', documents: inBoth('extras'), languages: ['js'] },
  {
    by: 'tests/readme/toolchains.test.mjs',
    documents: inBoth('toolchains'),
    languages: ['js'],
    only: /^\/\/ (config\/index|vite\.config|webpack\.config|mpx\.config|session)\.js\n/
  }
]

/** Pictures, and what is no code of a reader. */
const NO_CODE = ['text']

/** Written by typedoc out of the typings, which the compiler checks. */
const GENERATED = 'docs/api/'

const documents = everyDocument().filter((document) => !document.startsWith(GENERATED))

const snippets = documents.flatMap((document) => {
  const text = textOf(document)
  return [...text.matchAll(/^([ \t]*)```(\w*)\n([^]*?)^\1```$/gm)].map(
    ({ 1: indent, 2: language, 3: source, index }) => ({
      document,
      language,
      source: source.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      name: `${document}:${text.slice(0, index).split('\n').length}`,
      reason: /<!-- not run: ([^>]{10,}) -->\s*$/.exec(text.slice(0, index))?.[1]
    })
  )
})

const makefile = textOf('Makefile')
const isCrate = (_, name) => textOf('Cargo.lock').includes(`name = "${name}"`)
const isFile = (document, path) =>
  existsSync(join(REPOSITORY, path)) || existsSync(join(REPOSITORY, dirname(document), path))

/** What a line of a shell snippet may be: a command whose parts are there. */
const COMMANDS = [
  [/^make(?: -C \S+)? ([a-z-]+)/, (_, target) => new RegExp(`^${target}:`, 'm').test(makefile)],
  [/^node (?:--test )?(\S+\.mjs)/, isFile],
  [/^npm install(?: --no-save| --install-links)?(?: \S+)?$/, () => true],
  [
    /^npm run ([\w:-]+)$/,
    (document, name) =>
      name in JSON.parse(readFileSync(join(REPOSITORY, dirname(document), 'package.json'))).scripts
  ],
  [/^target\/(?:debug|release|production)\/([\w-]+)/, isCrate],
  [/^(?:export [A-Z_]+=|cp -r pkg )/, () => true],
  [/^npx wafer-client-wasm doctor\b/, () => isFile('', 'pkg-template/doctor/main.js')],
  [/^cargo (?:build|run|test)\b.*? -(?:p|-package) (\S+)/, isCrate]
]
const isCommand = (document, line) =>
  COMMANDS.some(([pattern, holds]) => {
    const found = pattern.exec(line)
    return found && holds(document, found[1])
  })

const CHECKS = {
  json({ source }) {
    JSON.parse(source)
  },
  sh({ document, source, name }) {
    const lines = source.split('\n').map((line) => line.replace(/ +#.*$/, ''))
    const wrong = lines.filter((line) => line && !isCommand(document, line))
    return wrong.length ? `${name}: ${wrong.join('; ')}` : undefined
  }
}
CHECKS.bash = CHECKS.sh

test('every snippet is run, checked, or says why not', () => {
  assert.ok(snippets.length > 40)
  const problems = snippets.flatMap((snippet) => problemOf(snippet) ?? [])
  assert.deepEqual(problems, [])
})

function problemOf({ document, language, source, name, reason }) {
  if (!language) return `${name}: name the language`
  const isRun = RUN.some(
    ({ documents, languages, only = /^/ }) =>
      documents.includes(document) && languages.includes(language) && only.test(source)
  )
  if (isRun || reason || NO_CODE.includes(language)) return undefined
  if (language in CHECKS) return CHECKS[language]({ document, source, name })
  return `${name}: nothing runs it; if nothing can, write <!-- not run: why --> above it`
}

test('the tests that are said to run snippets read these documents', () => {
  for (const { by, documents } of RUN) {
    const source = textOf(by)
    const isListed = /\bDOCUMENTS\b|\bGUIDES\b/.test(source)
    for (const document of documents) {
      const isNamed = source.includes(document) || source.includes(document.replace('.zh-CN.md', ''))
      assert.ok(
        existsSync(join(REPOSITORY, document)) && (isListed || isNamed),
        `${by} does not read ${document}`
      )
    }
  }
})
