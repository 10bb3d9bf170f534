/** `make demo ONCE=1`, as a person and as a script see it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { play } from '../../miniprogram-demo/timeline/play.mjs'
import { PREDECESSORS, playPredecessor } from '../../miniprogram-demo/timeline/predecessors.mjs'
import { Stage } from '../../miniprogram-demo/timeline/stage.mjs'
import { widthOf } from '../../miniprogram-demo/timeline/width.mjs'
import { WORDS } from '../../miniprogram-demo/timeline/words/index.mjs'
import { repository, sessionServer } from '../../scripts/project.mjs'
import { startServer } from '../../fake-wx/run/bridge.mjs'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'

function startDemo(env = {}) {
  const child = spawn(process.execPath, [join(repository, 'scripts/demo.mjs'), '--once'], {
    env: { ...process.env, LC_ALL: 'en_US.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text))
  return { child, output: () => output, complaint: () => complaint, ended: once(child, 'close') }
}

async function runDemo(env) {
  const demo = startDemo(env)
  const [status] = await demo.ended
  const output = demo.output()
  return { status, output, complaint: demo.complaint(), steps: stepsOf(output) }
}

/** The text of each step by its title. */
function stepsOf(output) {
  const parts = output.split(/^\d+ {2}(.+)$/m).slice(1)
  const steps = {}
  for (let i = 0; i < parts.length; i += 2) steps[parts[i]] = parts[i + 1]
  return steps
}

function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-timeline-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('the timeline shows each promise kept, and ends with 0', async () => {
  const { status, output, complaint, steps } = await runDemo()
  assert.equal(status, 0, output + complaint)
  assert.doesNotMatch(output, /✘/)
  assert.doesNotMatch(output, /\x1b/, 'colours are for terminals only')
  assert.match(output, /^✔ 9 steps, \d+ expectations, all met$/m)

  const cold = steps['Cold login']
  for (const row of [/loads the .* WXWebAssembly\.instantiate$/m, / login$/m, / request GET \/login$/m]) {
    assert.match(cold, row)
  }
  assert.match(cold, /server +1 login, 1 request served, 0 refused$/m)

  assert.match(steps['Warm request'], /cost +1 native call in [\d.]+ ms$/m)
  assert.match(steps['Warm request'], /server +0 logins, 1 request served/)

  const burst = steps['20 at once without a session']
  assert.match(burst, /waits for the session ×20$/m)
  assert.match(burst, / request GET \/user ×20$/m)

  const expiry = steps['20 at once on an expired session']
  assert.match(expiry, /server +1 login, 20 requests served, 20 refused$/m)
  assert.equal(expiry.match(/late “expired”/g).length, 1, 'late expiries are one line')

  assert.match(steps['Log-out'], /without a session .* GET \/health$/m)
  assert.match(steps['Encrypted user data'], /answer +HTTP 200, Xiaoming$/m)

  const restart = steps['Restart of the app and of the server']
  assert.match(restart, / checkSession$/m)
  assert.match(restart, /server +0 logins, 1 request served, 0 refused/)

  assert.match(steps['Upload with the session'], /cost +1 native call in [\d.]+ ms$/m)

  const tunnel = steps['Tunnel that loses its connection']
  const told = tunnel.match(
    /the tunnel is open|the connection is lost|the tunnel is back|the tunnel is closed/g
  )
  assert.deepEqual(told, [
    'the tunnel is open',
    'the connection is lost',
    'the tunnel is back',
    'the tunnel is closed'
  ])
})

test('the last table sets old against new, in three lines', async () => {
  const { output } = await runDemo()
  const [, table] = /^Old and new.*\n(.*\n.*\n.*\n.*\n)\n/m.exec(output)
  const [heads, ...lines] = table.trimEnd().split('\n')
  assert.match(heads, /^ +wafer-client-wasm +wafer-client-sdk +wafer2-client-sdk$/)
  assert.equal(lines.length, 3)
  const [cold, expired, warm] = lines
  assert.match(cold, /cold +20 ok, 1 login +\d+ ok, \d+ logins +\d+ ok, \d+ logins$/)
  assert.match(expired, /expired +20 ok, 1 login +\d+ ok, \d+ logins? +\d+ ok, \d+ logins$/)
  assert.match(warm, / 1 native call +4 native calls +5 native calls$/)
})

test('what is said of a predecessor is what the server recorded', async (t) => {
  const server = await startServer()
  t.after(() => server.stop())
  for (const name of PREDECESSORS) {
    const played = await playPredecessor(name, server)
    for (const { succeeded, logins, records } of Object.values(played)) {
      assert.deepEqual([logins, succeeded], [records.logins, records.served], name)
    }
    assert.ok(played.cold.logins >= 20 && played.cold.succeeded < 20, JSON.stringify(played.cold))
  }
})

const LOCALES = { zh: { LC_ALL: 'zh_CN.UTF-8' }, en: { LC_ALL: '', LC_MESSAGES: '', LANG: 'C.UTF-8' } }

for (const [language, env] of Object.entries(LOCALES)) {
  test(`the timeline is in one language, and 80 columns wide at most [${language}]`, async () => {
    const { status, output } = await runDemo(env)
    assert.equal(status, 0, output)
    const wide = output.split('\n').filter((line) => widthOf(line) > 80)
    assert.deepEqual(wide, [])
    if (language === 'en') assert.doesNotMatch(output, /\p{Script=Han}/u)
    else {
      assert.match(output, /^✔ 9 步，\d+ 项都做到了$/m)
      const isSentence = (line) => /[a-z]+ [a-z]+ [a-z]+/.test(line.replace(/for \(let i.*/, ''))
      assert.deepEqual(output.split('\n').filter(isSentence), [])
    }
  })
}

test('every event has its words, in both languages', () => {
  const types = readFileSync(join(repository, 'js/types.ts'), 'utf8')
  const union = (name) => new RegExp(`type ${name} =([^]*?)\n\n`).exec(types)[1]
  const names = ['CallEventType', 'SessionEventType', 'ModuleEventType'].flatMap((name) =>
    [...union(name).matchAll(/'([^']+)'/g)].map(([, event]) => event)
  )
  assert.ok(names.length > 20, names.join())
  for (const [language, { events }] of Object.entries(WORDS)) {
    assert.deepEqual(
      names.filter((name) => !events[name]),
      [],
      language
    )
  }
})

/** A copy of the package in which `members` take the place of the package's own; `client` is what it exports. */
function packageWith(t, members) {
  const folder = temporaryFolder(t)
  cpSync(PACKAGE_FOLDER, folder, { recursive: true })
  const dist = join(folder, 'miniprogram_dist')
  renameSync(join(dist, 'index.js'), join(dist, 'client.js'))
  writeFileSync(
    join(dist, 'index.js'),
    `const client = require('./client.js')
     module.exports = Object.assign({}, client, ${members})`
  )
  return folder
}

test('a promise that is not kept is shown, and ends with 1', async (t) => {
  const folder = packageWith(
    t,
    `{
       request(options) {
         wx.getStorageSync('one native call too many')
         return client.request(options)
       }
     }`
  )
  const { status, steps, output } = await runDemo({ WAFER_PACKAGE: folder })
  assert.equal(status, 1)
  assert.match(
    steps['Warm request'],
    /✘ one native call, wx\.request itself: expected\s+\["request GET \/user"\], saw\s+\["getStorageSync"/
  )
  assert.match(steps['Warm request'], /✔ the server served 1 of 1 calls/)
  assert.match(output, /^✘ 1 of \d+ expectations not met, in: Warm request$/m)
})

test('a step that fails is shown with its error, the others go on, and it ends with 1', async (t) => {
  const choosy = join(temporaryFolder(t), 'session-server')
  const command = `#!/bin/sh\nexec "${sessionServer}" "$@" --login-mode code+userInfo\n`
  writeFileSync(choosy, command, { mode: 0o755 })
  const { status, steps, output } = await runDemo({ WAFER_SESSION_SERVER: choosy })
  assert.equal(status, 1)
  assert.match(steps['Cold login'], /✘ the step failed: ERR_LOGIN_FAILED$/m)
  assert.match(steps['Log-out'], /✔ getSession\(\) answers null/)
  assert.match(output, /^✘ .* expectations not met, in: Cold login,\s+Warm\s+request/m)
})

test('nothing secret is printed', async () => {
  const stage = new Stage()
  const lines = []
  const apps = new Set()
  const write = (line) => {
    lines.push(line)
    if (stage.app) apps.add(stage.app)
  }
  try {
    assert.equal(await play(stage, { write, colours: true, words: WORDS.en }), true)
  } finally {
    await stage.close()
  }
  const secrets = new Set()
  for (const { fake } of apps) {
    for (const { answer = {}, options } of fake.log) {
      for (const key of ['code', 'encryptedData', 'iv', 'signature']) secrets.add(answer[key])
      for (const [name, value] of Object.entries(options?.header ?? {})) {
        if (/^x-wx-/i.test(name)) secrets.add(value)
      }
    }
  }
  secrets.delete(undefined)
  assert.ok(secrets.size >= 10, `only ${secrets.size} secrets seen`)
  const printed = lines.join('\n')
  assert.match(printed, /\x1b\[32m✔ one wx\.login for the call\x1b\[0m/)
  for (const secret of secrets) assert.ok(!printed.includes(secret), 'a secret is printed')
})

test('without a session server it says what is missing, and ends with 1', async () => {
  const { status, complaint } = await runDemo({ WAFER_SESSION_SERVER: '/nowhere/session-server' })
  assert.equal(status, 1)
  assert.equal(
    complaint,
    'no session server at /nowhere/session-server: run `make server`, or set WAFER_SESSION_SERVER\n'
  )
})

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`${signal} in the middle ends the demo and its server`, async (t) => {
    const demo = startDemo({ WAFER_PACKAGE: packageWith(t, '{ request: () => new Promise(() => {}) }') })
    while (!demo.output().includes('Cold login')) {
      await Promise.race([once(demo.child.stdout, 'data'), demo.ended])
      assert.equal(demo.child.exitCode, null, `the demo ended early: ${demo.output()}`)
    }
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(demo.output())
    demo.child.kill(signal)
    const [status, endedBy] = await demo.ended
    assert.deepEqual([status, endedBy], [null, signal])
    await assert.rejects(fetch(`${origin}/health`), 'the server still answers')
  })
}
