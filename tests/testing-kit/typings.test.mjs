/** The typings of `wafer-client-wasm/testing` name what is there, and say what it is for. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, test } from 'node:test'
import ts from 'typescript'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'

const DECLARATIONS = join(PACKAGE_FOLDER, 'testing/index.d.ts')
const testing = createRequire(import.meta.url)(join(PACKAGE_FOLDER, 'testing'))
const program = ts.createProgram([DECLARATIONS], { strict: true, types: [] })
const source = program.getSourceFile(DECLARATIONS)
const checker = program.getTypeChecker()

const WX = join(PACKAGE_FOLDER, 'testing/wx.d.ts')
const interfaces = new Map(
  [source, program.getSourceFile(WX)]
    .flatMap(({ statements }) => statements.filter(ts.isInterfaceDeclaration))
    .map((node) => [node.name.text, node])
)
const membersOf = (name) =>
  interfaces
    .get(name)
    .members.filter(({ name }) => name)
    .map(({ name }) => name.text)
    .sort()

const fake = testing.createWx()
after(() => fake.uninstall())

/** Own and inherited members that are not `Object`'s. */
function namesOf(object) {
  const names = new Set()
  for (let at = object; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name)
  }
  names.delete('constructor')
  return [...names].sort()
}

test('every function that is exported is typed, and no other', () => {
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
  const values = exported.filter(({ flags }) => flags & ts.SymbolFlags.Value).map(({ name }) => name)
  assert.deepEqual(values.sort(), Object.keys(testing).sort())
})

for (const [name, object] of Object.entries({
  FakeWx: fake,
  HostApi: fake.wx,
  FakeWasm: fake.wasm,
  WasmLoader: fake.WXWebAssembly,
  TunnelSide: Object.assign({}, fake.server.tunnel),
  Clock: fake.clock,
  Person: fake.person,
  WeChat: fake.wechat
})) {
  test(`the members of ${name} are those that are typed`, () => {
    assert.deepEqual(membersOf(name), namesOf(object))
  })
}

test('a server has every member that is typed', () => {
  for (const name of membersOf('SessionServer')) assert.ok(name in fake.server, name)
  assert.deepEqual(membersOf('ServerRecords'), Object.keys(fake.server.records).sort())
})

for (const [name, make] of [
  ['WxOptions', 'createWx'],
  ['ServerOptions', 'createServer'],
  ['ClockOptions', 'createClock']
]) {
  test(`${make} takes the options that are typed, and no other`, () => {
    const refused = (option) => {
      try {
        testing[make]({ [option]: undefined })
      } catch ({ message }) {
        return message.split('only: ')[1].split(', ').sort()
      }
      return undefined
    }
    assert.deepEqual(refused('another'), membersOf(name))
  })
}

test('every member has a doc comment', () => {
  const bare = []
  for (const [name, node] of interfaces) {
    const members = node.members.filter(({ name }) => name)
    for (const member of members) {
      if (!ts.getJSDocCommentsAndTags(member).length) bare.push(`${name}.${member.name.text}`)
    }
  }
  assert.deepEqual(bare, [])
  assert.ok(interfaces.size > 10)
})
