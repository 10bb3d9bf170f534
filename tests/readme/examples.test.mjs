/** Every JavaScript example of the READMEs and guides runs as it stands, and its editor finds nothing to complain about. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import ts from 'typescript'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { PACKAGE_FOLDER, REPOSITORY } from '../../fake-wx/run/package-files.mjs'
import { BearerServer, WaferServer, headerOf } from '../../fake-wx/servers.mjs'
import { WeChat } from '../../fake-wx/wechat.mjs'
import { DOCUMENTS, GUIDES, blocksOf, textOf } from './documents.mjs'

const examples = [...DOCUMENTS, ...GUIDES].flatMap((document) =>
  blocksOf(textOf(document), 'js').map(({ source, line }) => ({ source, name: `${document}:${line}` }))
)

/** What the reader's own code would do with what an example exports. */
const USES = {
  onChooseAvatar: (app, onChooseAvatar) => {
    app.fake.files.set('wxfile://chosen.png', 'a picture')
    onChooseAvatar({ detail: { avatarUrl: 'wxfile://chosen.png' } })
  },
  onTap: (app, onTap) => app.fake.tap(onTap),
  onLoad: async (app, onLoad, clock) => {
    onLoad()
    await clock.advance(2000)
    assert.deepEqual(app.console, [['log', '你好']], 'the server said what it was told')
  },
  onUnload: (app, onUnload) => onUnload()
}

/** A server as weRequest's users have it: `errcode` in each body, and the session as a header of that name. */
class ErrcodeServer extends BearerServer {
  loginCode = ({ url }) => new URL(url).searchParams.get('code')
  credential(request) {
    const skey = headerOf(request, 'session')
    return skey ? { skey } : undefined
  }
  loginAnswer = ({ skey }) => ({ statusCode: 200, header: {}, data: { errcode: 0, session: skey } })
  missing = () => ({ statusCode: 200, header: {}, data: { errcode: -1 } })
  expired = this.missing
}

async function run(source) {
  const clock = new VirtualClock()
  const wechat = new WeChat({ clock })
  const servers = {
    'https://example.com': new WaferServer({ clock, wechat }),
    'https://api.example.com': new BearerServer({ clock, wechat }),
    'https://we.example.com': new ErrcodeServer({ clock, wechat })
  }
  const app = startApp({ clock, servers, wechat })
  const exported = app.run(`const module = { exports: {} }; ${source}\n; return module.exports`)
  // A tap comes when the app has long been running.
  await clock.runUntilIdle()
  for (const [name, use] of Object.entries(USES)) if (exported[name]) await use(app, exported[name], clock)
  await clock.runUntilIdle()
  return { app, servers: Object.values(servers) }
}

for (const { source, name } of examples) {
  test(`the example of ${name} runs`, async () => {
    const { app, servers } = await run(source)
    const errors = app.console.filter(([method]) => method === 'error')
    assert.deepEqual(errors, [])
    assert.ok(app.fake.count('request') + app.fake.count('uploadFile') > 0, 'it sent nothing')
    for (const { api, outcome, answer } of app.fake.log) {
      assert.equal(outcome, 'success', api)
      assert.equal(answer?.statusCode ?? 200, 200)
    }
    const logins = servers.map(({ records }) => records.logins)
    assert.equal(Math.max(...logins), 1)
  })
}

test('every example is good JavaScript for a strict TypeScript', () => {
  const folder = join(REPOSITORY, 'tests/types/consumer')
  const { config } = ts.readConfigFile(join(folder, 'tsconfig.json'), ts.sys.readFile)
  const options = {
    ...ts.parseJsonConfigFileContent(config, ts.sys, folder).options,
    skipLibCheck: true,
    paths: { 'wafer-client-wasm': [PACKAGE_FOLDER], 'wafer-client-wasm/*': [join(PACKAGE_FOLDER, '*')] }
  }
  const sources = new Map(examples.map(({ source }, index) => [join(folder, `example-${index}.js`), source]))
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = (path) => sources.has(path) || fileExists(path)
  host.getSourceFile = (path, target) =>
    sources.has(path)
      ? ts.createSourceFile(path, sources.get(path), target, true, ts.ScriptKind.JS)
      : getSourceFile(path, target)
  const types = join(REPOSITORY, 'node_modules/miniprogram-api-typings/index.d.ts')
  const problemsOf = (paths) =>
    ts
      .getPreEmitDiagnostics(ts.createProgram([...paths, types], options, host))
      .map(({ file, messageText }) => [
        examples[[...sources.keys()].indexOf(file?.fileName)]?.name,
        ts.flattenDiagnosticMessageText(messageText, '\n')
      ])
  assert.deepEqual(problemsOf(sources.keys()), [])

  const [first] = sources.keys()
  sources.set(first, sources.get(first).replace('setLoginUrl', 'setLoginURL'))
  assert.match(problemsOf([first])[0]?.[1] ?? '', /setLoginURL/, 'a mistake would be noticed')
})
