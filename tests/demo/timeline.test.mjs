/** `make demo ONCE=1`, as a person and as a script see it. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { play } from '../../miniprogram-demo/timeline/play.mjs'
import { Stage } from '../../miniprogram-demo/timeline/stage.mjs'
import { repository, sessionServer } from '../../scripts/project.mjs'
import { PACKAGE_FOLDER } from '../wx/package-files.mjs'

function startDemo(env = {}) {
  const child = spawn(process.execPath, [join(repository, 'scripts/demo.mjs'), '--once'], {
    env: { ...process.env, ...env },
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
  for (const row of [
    / load .*WXWebAssembly\.instantiate/,
    / login .*login$/m,
    / login-request .*GET \/login/
  ]) {
    assert.match(cold, row)
  }
  assert.match(cold, /records +1 login, 1 signed request served, 0 refused/)

  assert.match(steps['Warm request'], /cost +1 native call in [\d.]+ ms: request$/m)
  assert.match(steps['Warm request'], /records +0 logins, 1 signed request served/)

  const burst = steps['20 at once without a session']
  assert.match(burst, / wait .* ×20/)
  assert.match(burst, /server +\/login ok → \/user ok ×20/)

  const expiry = steps['Expiry and retry']
  assert.match(expiry, /server +\/user ERR_INVALID_SESSION ×20 → \/login ok → \/user ok ×20/)
  assert.match(expiry, /records +1 login, 20 signed requests served, 20 refused/)

  assert.match(steps['Log-out'], / send-bare .*GET \/health/)
  assert.match(steps['Encrypted user data'], /answer +HTTP 200, nickName "小明"/)

  const restart = steps['Restart of the app and of the server']
  assert.match(restart, / check .*checkSession/)
  assert.match(restart, /records +0 logins, 1 signed request served, 0 refused/)

  assert.match(steps['Upload with the session'], /cost +1 native call in [\d.]+ ms: uploadFile$/m)

  const tunnel = steps['Tunnel that loses its connection']
  assert.match(tunnel, /answer +connect → before → reconnecting → reconnect → meanwhile → close$/m)
  assert.match(tunnel, /server +\/tunnel ok → \/tunnel\/\{id\} ok → \/tunnel ok → /)
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
    /✘ one native call, wx\.request itself: expected \["request GET \/user"\], saw \["getStorageSync"/
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
  assert.match(steps['Cold login'], /✘ the step failed: ERR_LOGIN_FAILED: 登录失败/)
  assert.match(steps['Log-out'], /✔ getSession\(\) answers null/)
  assert.match(output, /^✘ .* expectations not met, in: Cold login, Warm request/m)
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
    assert.equal(await play(stage, { write, colours: true }), true)
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
  assert.match(printed, /\x1b\[32m✔\x1b\[0m/)
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
