/** What the READMEs say of options, error codes, commands and files is so, and both languages say the same. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import ts from 'typescript'
import { countedBytes } from '../../scripts/size/budget.mjs'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { PACKAGE_FOLDER, REPOSITORY } from '../../fake-wx/run/package-files.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'
import { DOCUMENTS, anchorsOf, everyDocument, blocksOf, tableUnder, textOf } from './documents.mjs'

const [ENGLISH, CHINESE, PACKAGE] = DOCUMENTS

const code = (cell) => /^`([^`]+)`/.exec(cell)?.[1]

function startPackage() {
  const clock = new VirtualClock()
  return startApp({ clock, server: new WaferServer({ clock }) })
}

/** The members of an interface of the package's typings: their names and doc comments. */
function membersOf(name) {
  const path = join(PACKAGE_FOLDER, 'miniprogram_dist/index.d.ts')
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const found = file.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === name)
  assert.ok(found, `the typings have an interface ${name}`)
  return new Map(found.members.map((member) => [member.name.getText(), member.getFullText()]))
}

test('the table of options has every option, and the defaults of the typings', () => {
  const options = tableUnder(textOf(PACKAGE), '配置')
  const members = membersOf('Configuration')
  assert.deepEqual(
    options.map(([key]) => code(key)),
    [...members.keys()]
  )
  for (const [key, defaults] of options) {
    const documented = members.get(code(key))
    for (const [, text] of defaults.matchAll(/`([^`]+)`/g)) {
      const [name, value] = text.includes(': ') ? text.split(': ') : [code(key), text]
      const from = documented.slice(0, documented.indexOf(`${name}?:`))
      const comment = from.slice(from.lastIndexOf('/**'))
      const isDefault = comment.includes(`Default ${value}`) || comment.includes(`Default \`${value}\``)
      const isNamed = comment.includes(`Default \`'${value}'\``) || / \(default\)/.test(comment)
      assert.ok(isDefault || isNamed, `${name}: the typings do not say that ${value} is the default`)
    }
    if (!defaults) assert.doesNotMatch(documented, /Default/, `${code(key)} has a default`)
  }
})

test('an option that the table lists is one that configure() takes', () => {
  const { qcloud } = startPackage()
  let known
  try {
    qcloud.configure({ noSuchOption: 1 })
  } catch (error) {
    known = error.message.match(/[A-Za-z]+(?=、|$)/g)
  }
  assert.deepEqual(
    tableUnder(textOf(PACKAGE), '配置').map(([key]) => code(key)),
    known
  )
})

test('the table of errors has every code that the package exports, under the name that it exports', () => {
  const { qcloud } = startPackage()
  const rows = tableUnder(textOf(PACKAGE), '错误')
  const exported = Object.keys(qcloud).filter((name) => name.startsWith('ERR_'))
  assert.deepEqual(rows.map(([name]) => code(name)).sort(), exported.sort())
  for (const [name, meaning] of rows) {
    const [, value = code(name)] = /值为 `([^`]+)`/.exec(meaning) ?? []
    assert.equal(qcloud[code(name)], value)
  }
})

test('the tables of the tunnel have its events, and its errors by their codes', () => {
  const [, section] = textOf(PACKAGE)
    .split('\n### 信道\n')[1]
    .match(/^([^]*?)\n## /)
  const { Tunnel } = startPackage().qcloud
  const errors = [...section.matchAll(/^\| `(\d+)` `Tunnel\.(\w+)`/gm)]
  assert.deepEqual(
    errors.map(([, value, name]) => [name, Number(value)]),
    Object.entries(Tunnel).filter(([name]) => name.startsWith('ERR_'))
  )
  for (const [, name, value] of section.matchAll(/`Tunnel\.(\w+)`（默认 (\d+)）/g)) {
    assert.equal(Tunnel[name], Number(value))
  }
  const declarations = readFileSync(join(PACKAGE_FOLDER, 'miniprogram_dist/index.d.ts'), 'utf8')
  const typed = [...declarations.matchAll(/\bon\(event: ('[^,]+'),/g)].flatMap(([, events]) =>
    [...events.matchAll(/'([^']+)'/g)].map(([, event]) => event)
  )
  const listed = [...section.matchAll(/^\| `([a-z]+|\*)` \|/gm)].map(([, event]) => event)
  assert.ok(typed.length > 5)
  assert.deepEqual(listed.sort(), typed.sort())
})

test('the package weighs what the READMEs say, to the kilobyte, and misses its limit by as much', () => {
  const counted = countedBytes(PACKAGE_FOLDER)
  const fallback = statSync(join(PACKAGE_FOLDER, 'miniprogram_dist/fallback.js')).size
  const facts = [
    [/(?:weighs some|目前约) (\d+) KB/, counted],
    [/(?:and some|`fallback.js` 约) (\d+) KB/, counted + fallback],
    [/(?:missed by some|超出约) (\d+) KB/, counted - 20_300]
  ]
  for (const document of DOCUMENTS) {
    for (const [pattern, bytes] of facts) {
      const [, stated] = pattern.exec(textOf(document)) ?? []
      assert.ok(Math.abs(stated - bytes / 1000) <= 1, `${document}: ${stated} KB, and it is ${bytes / 1000}`)
    }
  }
})

test('every function of the package stands in the API tables', () => {
  const { qcloud } = startPackage()
  const functions = Object.keys(qcloud).filter((name) => typeof qcloud[name] === 'function')
  for (const [document, heading] of [
    [ENGLISH, 'The API in short'],
    [CHINESE, '接口概览']
  ]) {
    const listed = tableUnder(textOf(document), heading)
      .flatMap(([names]) => [...names.matchAll(/`(\w+)[(`]/g)])
      .map(([, name]) => name)
    const missing = functions.filter((name) => !listed.includes(name))
    assert.deepEqual(missing, [], document)
    for (const name of listed) assert.ok(name in qcloud, `${document} lists ${name}`)
  }
})

test('every make command that the READMEs name exists', () => {
  const makefile = textOf('Makefile')
  const targets = [...makefile.matchAll(/^([a-z-]+):(?!=)/gm)].map(([, name]) => name)
  const named = DOCUMENTS.flatMap((document) => [...textOf(document).matchAll(/`make ([a-z-]+)[^`]*`/g)])
  for (const [, target] of named) assert.ok(targets.includes(target), `make ${target}`)
  for (const target of ['demo', 'test', 'pkg', 'bench']) {
    assert.ok(
      named.some(([, name]) => name === target),
      `make ${target} is explained`
    )
  }
})

test('every folder of tests/ stands in the table of tests/README.md', () => {
  const listed = [...textOf('tests/README.md').matchAll(/^\| ((?:`[a-z0-9-]+`(?:, )?)+) \|/gm)]
  const names = listed.flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  const folders = readdirSync(join(REPOSITORY, 'tests'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  assert.deepEqual(names.sort(), folders.sort())
})

test('every link leads to a file of the repository, and to a heading that it has', () => {
  for (const document of everyDocument().filter((path) => !path.startsWith('docs/api/'))) {
    for (const [, link] of textOf(document).matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https?:/.test(link)) continue
      const [path, anchor] = link.split('#')
      const target = path === '' ? document : join(dirname(document), path)
      assert.ok(existsSync(join(REPOSITORY, target)), `${document}: ${link}`)
      if (anchor)
        assert.ok(anchorsOf(textOf(target)).includes(decodeURIComponent(anchor)), `${document}: ${link}`)
    }
  }
})

const MONTHS = /January|February|March|April|May|June|July|August|September|October|November|December/
const PAGES = [
  'backend',
  'dependencies',
  'extras',
  'features',
  'migration',
  'profile',
  'situations',
  'testing',
  'toolchains',
  'troubleshooting'
]

/** Pages whose code says something to people, each in its own language. */
const WITH_WORDS = ['docs/testing.md', 'docs/profile.md']
const withoutWords = (source) =>
  source.replaceAll(/'[^'\n]*'/g, "''").replaceAll(/ *\/\/.*$|(?<=@param .*\}).*/gm, '')

for (const [name, english, chinese] of [
  ['README', ENGLISH, CHINESE],
  ...PAGES.map((page) => [`page ${page}`, `docs/${page}.md`, `docs/${page}.zh-CN.md`])
]) {
  test(`the Chinese ${name} says what the English one says`, () => {
    const texts = [textOf(english), textOf(chinese)]
    const alike = (part) => assert.deepEqual(part(texts[1]), part(texts[0]))
    alike((text) => [...text.matchAll(/^(#+) /gm)].map(([, level]) => level))
    const symbols = (row) =>
      row
        .replace(MONTHS, (month) => MONTHS.source.split('|').indexOf(month) + 1)
        .replaceAll(/(\d),(\d)/g, '$1$2')
        .match(/✔|(?<=\| )[~–?](?= \|)|\d+(?:\.\d+)*/g)
        ?.sort() ?? []
    alike((text) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map(symbols)
    )
    alike((text) =>
      blocksOf(text, 'js').map(({ source }) => (WITH_WORDS.includes(english) ? withoutWords(source) : source))
    )
    const isOther = (link) => [english, chinese].some((document) => document.endsWith(link))
    alike((text) =>
      [...text.matchAll(/\]\(([^)]+)\)/g)]
        .map(([, link]) => link.replace(/#.*/, ''))
        .filter((link) => !isOther(link))
        .map((link) => link.replace('.zh-CN.', '.'))
        .sort()
    )
  })
}
