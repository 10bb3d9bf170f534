/** The recipes of server/recipes: the built package, nginx, and backends that know nothing of sessions. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { repository } from '../../scripts/project.mjs'
import { serverOf } from './device.mjs'

const RECIPES = join(repository, 'server/recipes')
const has = (command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

const BACKENDS = {
  'Node.js': { command: process.execPath, args: [join(RECIPES, 'hello.mjs')] },
  Python: { command: 'python3', args: [join(RECIPES, 'hello.py')] },
  Go: { command: 'go', args: ['run', join(RECIPES, 'hello.go')] }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Resolves when something answers at `origin`; rejects when `child` ends instead. */
async function answering(origin, child, complaints) {
  while (child.exitCode === null) {
    const answered = await fetch(origin).then(
      () => true,
      () => false
    )
    if (answered) return
    await pause(20)
  }
  throw new Error(`it ended with ${child.exitCode}: ${complaints()}`)
}

function launch(command, args) {
  // A group of its own: `go run` starts the program that it built.
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  const ended = new Promise((resolve) => child.on('close', resolve))
  const stop = () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid)
    return ended
  }
  process.on('exit', stop)
  return { child, stop, complaints: () => said }
}

/** Starts nginx with the recipe; answers what {@link launch} does, and the `origin` that clients use. */
async function launchNginx(folder, sessions, backend) {
  const front = `127.0.0.1:${await freePort()}`
  const filledIn = readFileSync(join(RECIPES, 'nginx.conf'), 'utf8')
    .replaceAll('TEMPORARY', folder)
    .replace('SESSIONS', sessions)
    .replace('BACKEND', backend)
    .replace('LISTEN', front)
  writeFileSync(join(folder, 'nginx.conf'), filledIn)
  const nginx = launch('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-g', 'daemon off;'])
  return { ...nginx, origin: `http://${front}` }
}

for (const [name, { command, args }] of Object.entries(BACKENDS)) {
  describe(
    `a backend in ${name} behind nginx`,
    { skip: !has(command) && `${command} is not installed` },
    () => {
      const { running, device } = serverOf()
      const folder = mkdtempSync(join(tmpdir(), 'wafer-recipe-'))
      // Where root starts nginx, a worker of it without rights keeps bodies there.
      chmodSync(folder, 0o755)
      const started = []
      let origin

      before(async () => {
        const back = await freePort()
        const backend = launch(command, [...args, String(back)])
        started.push(backend)
        await answering(`http://127.0.0.1:${back}/`, backend.child, backend.complaints)
        const nginx = await launchNginx(folder, new URL(running.server.origin).host, `127.0.0.1:${back}`)
        started.push(nginx)
        origin = nginx.origin
        await answering(origin, nginx.child, nginx.complaints)
      })
      after(async () => {
        for (const { stop } of started.reverse()) await stop()
        rmSync(folder, { recursive: true })
      })

      const phone = (id) => {
        const opened = device({
          user: { id },
          configuration: { loginUrl: `${origin}/login`, baseUrl: origin }
        })
        return { hello: (given) => opened.request('/hello', given) }
      }

      test('learns who calls, and nobody has to log in twice', async () => {
        const anna = phone('anna')
        const first = await anna.hello()
        const again = await anna.hello()
        assert.equal(first.statusCode, 200)
        assert.match(first.data.hello, /^o/)
        assert.equal(again.data.hello, first.data.hello)
        const bert = await phone('bert').hello()
        assert.notEqual(bert.data.hello, first.data.hello)
        const { logins } = await running.server.records()
        assert.equal(logins.succeeded, 2)
      })

      test('an expired session is renewed before the backend sees the call', async () => {
        const clara = phone('clara')
        const before = await clara.hello()
        await running.server.dev('expire', { user: 'clara' })
        const after = await clara.hello()
        assert.equal(after.data.hello, before.data.hello)
      })

      test('a picture of the largest size and a WebSocket get through to the session server', async () => {
        const { code } = await running.server.dev('code', { user: 'emil' })
        const login = await fetch(`${origin}/login`, { headers: { 'X-WX-Code': code } })
        const { session } = await login.json()
        const headers = { 'X-WX-Id': session.id, 'X-WX-Skey': session.skey }
        const picture = Buffer.concat([
          Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
          Buffer.alloc(2 * 1024 * 1024 - 8)
        ])
        const body = new FormData()
        body.set('avatar', new Blob([picture]), 'a.png')
        const upload = await fetch(`${origin}/avatar`, { method: 'POST', headers, body })
        assert.equal(upload.status, 200)
        const { data } = await upload.json()
        assert.ok(data.userInfo.avatarUrl.startsWith(`${origin}/avatars/`))
        const shown = await fetch(data.userInfo.avatarUrl)
        assert.equal((await shown.arrayBuffer()).byteLength, picture.length)

        const { url } = await (await fetch(`${origin}/tunnel`, { headers })).json()
        const socket = new WebSocket(url)
        await once(socket, 'open')
        socket.send('ping')
        const [packet] = await once(socket, 'message')
        assert.equal(String(packet), 'pong')
        socket.close()
        await once(socket, 'close')
      })

      test('nobody passes for another', async () => {
        const response = await fetch(`${origin}/hello`, { headers: { 'X-Wafer-User': 'anna' } })
        assert.equal((await response.json()).error, 'ERR_CHECK_LOGIN_FAILED')
        const dora = await phone('dora').hello({ header: { 'X-Wafer-User': 'anna' } })
        assert.match(dora.data.hello, /^o/)
      })
    }
  )
}

describe('nginx in front of a backend', () => {
  const { running } = serverOf()
  const folder = mkdtempSync(join(tmpdir(), 'wafer-recipe-'))
  chmodSync(folder, 0o755)
  // Answers the headers that it gets.
  const backend = createHttpServer((request, response) => response.end(JSON.stringify(request.headers)))
  // Passes on to the session server, and counts the connections.
  let connections = 0
  const counter = createServer((socket) => {
    connections++
    const { hostname, port } = new URL(running.server.origin)
    const onward = connect(Number(port), hostname)
    socket.on('error', () => onward.destroy()).pipe(onward)
    onward.on('error', () => socket.destroy()).pipe(socket)
  })
  let nginx, headers

  before(async () => {
    for (const server of [backend, counter]) await once(server.listen(0, '127.0.0.1'), 'listening')
    const [sessions, back] = [counter, backend].map((server) => `127.0.0.1:${server.address().port}`)
    nginx = await launchNginx(folder, sessions, back)
    await answering(nginx.origin, nginx.child, nginx.complaints)
    const { code } = await running.server.dev('code', { user: 'anna' })
    const login = await fetch(`${nginx.origin}/login`, { headers: { 'X-WX-Code': code } })
    const { session } = await login.json()
    headers = { 'X-WX-Id': session.id, 'X-WX-Skey': session.skey }
  })
  after(async () => {
    await nginx.stop()
    for (const server of [backend, counter]) server.close()
    rmSync(folder, { recursive: true })
  })

  test('what the backend hears about the user is never the word of the client', async () => {
    const names = ['X-Wafer-User', 'X-Wafer-Appid', 'X-Wafer-Session', 'X_Wafer_User']
    const claims = Object.fromEntries(names.map((name) => [name, 'somebody-else']))
    const heard = await (await fetch(`${nginx.origin}/hello`, { headers: { ...headers, ...claims } })).json()
    assert.ok(!JSON.stringify(heard).includes('somebody-else'), JSON.stringify(heard))
    assert.match(heard['x-wafer-user'], /^o/)
    assert.match(heard['x-wafer-appid'], /^wx/)
    assert.equal(heard['x-wafer-session'], headers['X-WX-Id'])
    assert.equal(heard['x-wx-skey'], undefined, 'the proof of the session stays in front')
  })

  test('the backend hears who the client is and which host it asked for', async () => {
    const heard = await (await fetch(`${nginx.origin}/hello`, { headers })).json()
    assert.equal(heard.host, new URL(nginx.origin).host)
    assert.equal(heard['x-forwarded-for'], '127.0.0.1')
  })

  test('sessions are checked over connections that stay open', async () => {
    const before = connections
    for (let call = 0; call < 30; call++) {
      const refused = call % 3 === 2
      const given = refused ? { ...headers, 'X-WX-Skey': 'x' } : headers
      const answer = await (await fetch(`${nginx.origin}/hello`, { headers: given })).json()
      assert.equal(answer.error, refused ? 'ERR_INVALID_SESSION' : undefined)
    }
    assert.ok(connections - before <= 2, `${connections - before} connections for 30 checks`)
  })
})
