/** The servers of docs/backend, as they stand there, in front of the built package and a simulated WeChat. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../fake-wx/clock.mjs'
import { REAL, transport } from '../../fake-wx/run/bridge.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { WeChat } from '../../fake-wx/wechat.mjs'
import { textOf } from './documents.mjs'

const LANGUAGES = {
  'server.mjs': { command: process.execPath, args: [] },
  'server.py': { command: 'python3', args: [] },
  'server.go': { command: 'go', args: ['run'] }
}
const APP = { WX_APPID: 'wx0000000000000001', WX_SECRET: 'a secret' }
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
const sourceOf = (document, file) =>
  new RegExp(`^<!-- file: ${file} -->\n\n\`\`\`\\w+\n([^]*?)^\`\`\`$`, 'm').exec(textOf(document))?.[1]

/** Timers of the package must not keep the process alive when the tests are over. */
const clock = {
  ...systemClock,
  setTimeout: (callback, delay, ...args) => systemClock.setTimeout(callback, delay, ...args).unref()
}

/** What `jscode2session` of the simulated WeChat answers over HTTP, and how often it was asked. */
async function serveWeChat(wechat) {
  const asked = []
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://wechat')
    asked.push(Object.fromEntries(searchParams))
    const exchanged = pathname === '/sns/jscode2session' && wechat.exchange(searchParams.get('js_code'))
    const { openid, sessionKey } = exchanged || {}
    const body = openid ? { openid, session_key: sessionKey } : { errcode: 40029, errmsg: 'invalid code' }
    response.setHeader('Content-Type', 'text/plain')
    response.end(JSON.stringify(body))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, asked, origin: `http://127.0.0.1:${server.address().port}` }
}

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

for (const [file, { command, args }] of Object.entries(LANGUAGES)) {
  describe(`${file} of docs/backend`, { skip: !has(command) && `${command} is not installed` }, () => {
    const wechat = new WeChat({ clock })
    const folder = mkdtempSync(join(tmpdir(), 'wafer-backend-'))
    let child, ended, port, origin, simulated

    async function start() {
      child = spawn(command, [...args, join(folder, file), String(port)], {
        env: { ...process.env, ...APP, WX_API: simulated.origin },
        stdio: 'ignore',
        // A group of its own: `go run` starts the program that it built.
        detached: true
      })
      ended = new Promise((resolve) => child.on('close', resolve))
      const isUp = () =>
        fetch(origin).then(
          () => true,
          () => false
        )
      while (!(await isUp())) {
        assert.equal(child.exitCode, null, 'the server ended')
        await pause(20)
      }
    }
    async function stop() {
      if (child?.exitCode === null) process.kill(-child.pid)
      await ended
    }

    before(async () => {
      writeFileSync(join(folder, file), sourceOf('docs/backend.md', file))
      simulated = await serveWeChat(wechat)
      port = await freePort()
      origin = `http://127.0.0.1:${port}`
      await start()
    })
    after(async () => {
      await stop()
      await new Promise((resolve) => simulated.server.close(resolve))
      rmSync(folder, { recursive: true })
    })

    test('logs users in, knows them again, and says when it does not', async () => {
      const { qcloud, fake } = startApp({
        clock,
        latency: REAL,
        server: transport,
        wechat,
        user: { id: 'anna' }
      })
      qcloud.configure({ loginUrl: `${origin}/login`, baseUrl: origin })
      const hello = () => qcloud.request({ login: true, url: '/hello' }).then(({ data }) => data.hello)

      const twenty = await Promise.all(Array.from({ length: 20 }, hello))
      assert.deepEqual(new Set(twenty), new Set(['openid-anna']))
      assert.equal(fake.count('login'), 1)
      const { js_code, ...query } = simulated.asked.at(-1)
      assert.deepEqual(query, {
        appid: APP.WX_APPID,
        secret: APP.WX_SECRET,
        grant_type: 'authorization_code'
      })

      await stop()
      await start()
      assert.equal(await hello(), 'openid-anna')
      assert.equal(
        fake.count('login'),
        2,
        'the restarted server knows no session, and the package logged in again'
      )
    })

    test('refuses a code that WeChat does not know, in its own words', async () => {
      const stranger = { ...wechat, code: () => 'made-up', checkSession: () => true }
      const { qcloud } = startApp({ clock, latency: REAL, server: transport, wechat: stranger })
      qcloud.configure({ loginUrl: `${origin}/login` })
      await assert.rejects(qcloud.login(), ({ type, message }) => {
        assert.equal(type, 'ERR_LOGIN_FAILED')
        assert.match(message, /invalid code/)
        return true
      })
    })
  })
}

/** Lines that are no comment, no import and no bracket alone. */
const linesOf = (source) =>
  source
    .split('\n')
    .filter((line) => !/^\s*(\/\/.*|#.*|(import|from|package)\b.*|"[a-z/]+"|[)}\]]*;?)$/.test(line))

test('each server has some twenty lines', () => {
  for (const file of Object.keys(LANGUAGES)) {
    const { length } = linesOf(sourceOf('docs/backend.md', file))
    assert.ok(length >= 15 && length <= 25, `${file} has ${length}`)
  }
})

test('the Go server is as gofmt writes it', { skip: !has('gofmt') && 'gofmt is not installed' }, () => {
  const { stdout } = spawnSync('gofmt', { input: sourceOf('docs/backend.md', 'server.go'), encoding: 'utf8' })
  assert.equal(stdout, sourceOf('docs/backend.md', 'server.go'))
})

test('both languages show the same servers', () => {
  for (const file of Object.keys(LANGUAGES)) {
    assert.ok(sourceOf('docs/backend.md', file))
    assert.equal(sourceOf('docs/backend.zh-CN.md', file), sourceOf('docs/backend.md', file), file)
  }
})
