/**
 * The fake `wx` in front of the real session server (Node only): real HTTP, real WebSockets, real AES.
 *
 *   const server = await startServer({ args: ['--sessions-per-user', 'many'] })
 *   const fake = createWx({ clock: systemClock, latency: REAL, server: server.transport, wechat: server.wechat })
 *   server.origin                       // http://127.0.0.1:<a free port>
 *   await server.dev('expire', { user: 'demo' })    // POST /dev/expire; the other controls likewise
 *   await server.records(), await server.users()
 *   await server.restart()              // the same port and database
 *   await server.kill()                 // no chance to tidy up; restart() works after it too
 *   await server.stop()                 // and its temporary database goes
 *
 * The binary is what `make server` builds, or WAFER_SESSION_SERVER. Without `database` it keeps a temporary
 * one. Time is real here: use systemClock.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { sessionServer } from '../../scripts/project.mjs'
import { toBytes } from '../bytes.mjs'
import { HostFailure } from '../host.mjs'

/** Latencies for createWx: no delay beside the network's own, but never inside the call. */
export const REAL = { default: [0, 0] }

const LISTENING = /^listening on (http:\/\/\S+)$/
const BODILESS = ['GET', 'HEAD']

const exchange = (url, { method, header, body, onRequest }) =>
  new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers: header, agent: false }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const received = {}
        for (let i = 0; i < response.rawHeaders.length; i += 2) {
          received[response.rawHeaders[i]] = response.rawHeaders[i + 1]
        }
        resolve({
          statusCode: response.statusCode,
          header: received,
          data: new Uint8Array(Buffer.concat(chunks))
        })
      })
    })
    request.on('error', reject)
    onRequest?.(request)
    request.end(body)
  })

/** What wx.uploadFile sends. */
function encodeMultipart({ formData = {}, file }, boundary) {
  const parts = []
  const add = (disposition, content) =>
    parts.push(
      Buffer.from(`--${boundary}\r\n${disposition}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n')
    )
  for (const [name, value] of Object.entries(formData)) {
    add(`Content-Disposition: form-data; name="${name}"`, String(value))
  }
  const extension = /\.(\w+)$/.exec(file.path)?.[1].toLowerCase()
  const type = { png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', webp: 'image/webp' }[extension]
  const fileName = file.path.split('/').pop()
  add(
    `Content-Disposition: form-data; name="${file.name}"; filename="${fileName}"\r\n` +
      `Content-Type: ${type ?? 'application/octet-stream'}`,
    file.bytes
  )
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return Buffer.concat(parts)
}

/** The transport of a fake `wx` that speaks real HTTP and WebSocket. */
export const transport = {
  async handle(request) {
    const { method, url, data } = request
    const header = { ...request.header }
    let body = BODILESS.includes(method) || data === undefined ? undefined : toBytes(data)
    if (request.file) {
      const boundary = `----wx${Math.random().toString(16).slice(2)}`
      for (const name of Object.keys(header)) if (name.toLowerCase() === 'content-type') delete header[name]
      header['Content-Type'] = `multipart/form-data; boundary=${boundary}`
      body = encodeMultipart(request, boundary)
    }
    if (body) header['Content-Length'] = body.length
    const onRequest = (outgoing) => {
      request.onabort = () => outgoing.destroy()
    }
    try {
      return await exchange(url, { method, header, body, onRequest })
    } catch (error) {
      throw new HostFailure(`net::${error.code ?? error.message}`, 600001)
    }
  },

  openSocket({ url, header, protocols }, socket) {
    return new Promise((resolve, reject) => {
      const real = new WebSocket(url, protocols, { headers: header })
      let opened = false
      real.on('open', () => {
        opened = true
        socket.onmessage = (data) => real.send(data)
        socket.onclose = (code, reason) => real.close(code, reason)
        resolve()
      })
      real.on('message', (data, isBinary) => {
        socket.send(isBinary ? new Uint8Array(data).slice().buffer : data.toString())
      })
      real.on('error', (error) => {
        if (!opened) reject(new HostFailure(error.message))
      })
      real.on('close', (code, reason) => {
        if (opened) socket.close(code, reason.toString())
      })
    })
  }
}

/** WeChat as the server simulates it, behind wx.login, wx.checkSession and wx.getUserInfo. */
function createWeChat(dev) {
  return {
    code: async (user) => (await dev('code', { user })).code,
    checkSession: async (user) => (await dev('check-session', { user })).valid,
    async userData(user, userInfo) {
      try {
        const { userInfo: shown, ...data } = await dev('encrypted-data', { user, userInfo })
        return { userInfo: shown, ...data }
      } catch (error) {
        if (error.statusCode === 409) return undefined
        throw error
      }
    },
    expireSessionKey: (user) => dev('expire-session-key', { user })
  }
}

/* A process that fails before it comes to `stop` leaves no server behind. */
const children = new Set()
process.on('exit', () => children.forEach((child) => child.kill()))

function launch(binary, args) {
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  children.add(child)
  child.on('exit', () => children.delete(child))
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints = (complaints + chunk).slice(-4000)
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const started = new Promise((resolve, reject) => {
    child.on('error', reject)
    ended.then((code) => reject(new Error(`the session server ended with ${code}: ${complaints}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, origin] = LISTENING.exec(line) ?? []
      if (origin) resolve(origin)
    })
  })
  return started.then((origin) => ({ child, ended, origin, log: () => complaints }))
}

export async function startServer({ args = [], database } = {}) {
  if (!existsSync(sessionServer)) {
    throw new Error(`no session server at ${sessionServer}: run \`make server\`, or set WAFER_SESSION_SERVER`)
  }
  const folder = database ? undefined : mkdtempSync(join(tmpdir(), 'wafer-session-server-'))
  const file = database ?? join(folder, 'sessions.sqlite')
  const launchOn = (listen) => launch(sessionServer, ['--listen', listen, '--database', file, ...args])
  let running = await launchOn('127.0.0.1:0')
  const { origin } = running

  async function ask(method, path, body) {
    const { statusCode, data } = await exchange(`${origin}${path}`, {
      method,
      header: body ? { 'Content-Type': 'application/json' } : {},
      body: body && JSON.stringify(body)
    })
    const text = Buffer.from(data).toString()
    if (statusCode === 200) return JSON.parse(text)
    throw Object.assign(new Error(`${method} ${path} answered ${statusCode}: ${text}`), { statusCode })
  }
  const dev = (name, body = {}) => ask('POST', `/dev/${name}`, body)

  async function end(signal) {
    running.child.kill(signal)
    await running.ended
  }

  return {
    origin,
    transport,
    database: file,
    dev,
    wechat: createWeChat(dev),
    records: () => ask('GET', '/dev/records'),
    users: async () => (await ask('GET', '/dev/users')).users,
    /** What it logged, the latest 4,000 characters. */
    log: () => running.log(),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM')
      running = await launchOn(new URL(origin).host)
    },
    async stop() {
      await end('SIGTERM')
      if (folder) rmSync(folder, { recursive: true })
    }
  }
}
