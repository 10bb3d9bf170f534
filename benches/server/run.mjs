/**
 * Measures the session server beside wafer-node-session, under wrk, and keeps the table in artifacts/.
 *
 *   node benches/server/run.mjs [--quick] [--seconds N] [--connections N] [--sessions N …] [--peer WORD …]
 *
 * `--quick` runs every row for a second with few sessions; `--peer` narrows the servers down to those whose names contain
 * a word, wafer-node-session beside them. The server is a release build; WeChat is a process beside it.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { repository } from '../../scripts/project.mjs'
import { startPostgres } from './postgres.mjs'
import { SESSION_KEY } from './wechat.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    connections: { type: 'string', default: '32' },
    sessions: { type: 'string', multiple: true },
    peer: { type: 'string', multiple: true }
  }
})
const seconds = values.quick ? 1 : Number(values.seconds)
const sizes = values.sessions?.map(Number) ?? (values.quick ? [1000] : [1000, 1_000_000])
const WORKLOADS = { user: '/user', login: '/login', both: '/user, every tenth /login' }

const say = (step) => process.stderr.write(`==> ${step}\n`)

/** A child that says on its first line where it listens. */
async function start(command, args, env = {}) {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const lines = createInterface({ input: child.stdout })
  const line = await Promise.race([
    new Promise((resolve) => lines.once('line', resolve)),
    ended.then((status) => Promise.reject(new Error(`${command} ended with ${status}`)))
  ])
  const port = /(\d+)$/.exec(line)[1]
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    }
  }
}

function userData() {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(SESSION_KEY, 'base64'), iv)
  const watermark = { appid: 'wx1', timestamp: Math.floor(Date.now() / 1000) }
  const plain = JSON.stringify({ nickName: '小明', avatarUrl: 'https://example.com/a.png', watermark })
  const data = Buffer.concat([cipher.update(plain), cipher.final()])
  return { BENCH_DATA: data.toString('base64'), BENCH_IV: iv.toString('base64') }
}

let runs = 0
/** Requests a second and latencies of one run, of several wrk where there are several servers. */
async function load(origins, what, sessions, env) {
  runs += 1
  const connections = Math.ceil(Number(values.connections) / origins.length)
  const outputs = await Promise.all(
    origins.map(async (origin, index) => {
      const args = [
        '--latency',
        '-t1',
        `-c${connections}`,
        `-d${seconds}s`,
        '-s',
        join(here, 'load.lua'),
        origin
      ]
      const child = spawn('wrk', args, {
        env: {
          ...process.env,
          ...userData(),
          ...env,
          BENCH_WHAT: what,
          BENCH_SESSIONS: String(sessions),
          BENCH_RUN: `${runs}.${index}`
        },
        stdio: ['ignore', 'pipe', 'inherit']
      })
      let output = ''
      child.stdout.on('data', (chunk) => (output += chunk))
      await new Promise((resolve) => child.on('close', resolve))
      return output
    })
  )
  const ms = (text) => {
    const [, number, unit] = /([\d.]+)(us|ms|s)/.exec(text)
    return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit]
  }
  const read = outputs.map((output) => {
    const failed = /Non-2xx[^\d]*(\d+)|Socket errors: (.*)/.exec(output)
    if (failed) throw new Error(`${what} at ${origins}: ${failed[0]}`)
    return {
      rate: Number(/Requests\/sec: +([\d.]+)/.exec(output)[1]),
      median: ms(/50% +(\S+)/.exec(output)[1]),
      p99: ms(/99% +(\S+)/.exec(output)[1])
    }
  })
  return {
    rate: read.reduce((sum, { rate }) => sum + rate, 0),
    median: Math.max(...read.map(({ median }) => median)),
    p99: Math.max(...read.map(({ p99 }) => p99))
  }
}

/** One signed request and one login must be what they are measured as. */
async function check(origin, env) {
  const skey = env.BENCH_SKEY ?? 'skey-1'
  const user = await fetch(`${origin}/user`, { headers: { 'X-WX-Id': 'bench-1', 'X-WX-Skey': skey } })
  const { data } = await user.json()
  if (!data?.userInfo) throw new Error(`${origin}/user does not know its session`)
  const { BENCH_DATA, BENCH_IV } = userData()
  const header = {
    'X-WX-Code': `check-${randomBytes(8).toString('hex')}`,
    'X-WX-Encrypted-Data': BENCH_DATA,
    'X-WX-IV': BENCH_IV
  }
  const login = await (await fetch(`${origin}/login`, { headers: header })).json()
  if (!login.session?.skey) throw new Error(`${origin}/login: ${JSON.stringify(login)}`)
}

const binary = join(
  process.env.CARGO_TARGET_DIR ?? join(repository, 'target'),
  'release/wafer-session-server'
)

async function ours(wechat, database, avatars) {
  const args = ['--listen', '127.0.0.1:0', '--database', database, '--avatars', avatars, '--unencrypted']
  const more = ['--login-rate', '0', '--wechat-api', wechat.origin]
  return start(binary, [...args, ...more], {
    WX_APPID: 'wx1',
    WX_SECRET: 's',
    WAFER_SESSIONS_PER_USER: 'many'
  })
}

const peers = {
  'wafer-node-session, memory': async (wechat, sessions) => {
    const server = await start(process.execPath, [
      join(here, 'node-session.cjs'),
      wechat.port,
      String(sessions)
    ])
    const skey = createHash('sha1').update(`wx1s${SESSION_KEY}`).digest('hex')
    return { origins: [server.origin], env: { BENCH_SKEY: skey }, stop: server.stop }
  },
  'this server, SQLite': async (wechat, sessions, folder) => {
    const file = join(folder, 'sessions.sqlite')
    await (await ours(wechat, file, join(folder, 'avatars'))).stop()
    execFileSync('python3', [join(here, 'fill.py'), file, String(sessions)])
    const server = await ours(wechat, file, join(folder, 'avatars'))
    return { origins: [server.origin], env: {}, stop: server.stop }
  },
  'this server, PostgreSQL': (wechat, sessions, folder) => onPostgres(1, wechat, sessions, folder),
  'this server, PostgreSQL, two instances': (wechat, sessions, folder) =>
    onPostgres(2, wechat, sessions, folder)
}

async function onPostgres(instances, wechat, sessions, folder) {
  const postgres = await startPostgres()
  const avatars = join(folder, 'avatars')
  await (await ours(wechat, postgres.url, avatars)).stop()
  postgres.fill(sessions)
  const servers = []
  for (let number = 0; number < instances; number += 1)
    servers.push(await ours(wechat, postgres.url, avatars))
  return {
    origins: servers.map(({ origin }) => origin),
    env: {},
    async stop() {
      for (const server of servers) await server.stop()
      await postgres.stop()
    }
  }
}

if (!existsSync(join(here, 'node_modules'))) {
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here, stdio: 'ignore' })
}
say('release build')
execFileSync('cargo', ['build', '--release', '--quiet', '--package', 'wafer-session-server'], {
  cwd: repository,
  stdio: 'inherit'
})
const wechat = await start(process.execPath, [join(here, 'wechat.mjs')])
const rows = []
const [baseline, ...others] = Object.keys(peers)
const chosen = [
  baseline,
  ...others.filter((name) => !values.peer || values.peer.some((word) => name.includes(word)))
]
for (const sessions of sizes) {
  for (const peer of chosen) {
    const folder = mkdtempSync(join(tmpdir(), 'wafer-bench-'))
    say(`${peer}, ${sessions} sessions`)
    const { origins, env, stop } = await peers[peer](wechat, sessions, folder)
    for (const origin of origins) await check(origin, env)
    for (const [what, shown] of Object.entries(WORKLOADS)) {
      rows.push({ sessions, peer, what, shown, ...(await load(origins, what, sessions, env)) })
    }
    await stop()
    rmSync(folder, { recursive: true })
  }
}
await wechat.stop()

const head =
  '| sessions | server | requests | a second | × | median, ms | p99, ms |\n| ---: | --- | --- | ---: | ---: | ---: | ---: |'
const lines = rows.map((row) => {
  const base = rows.find(
    ({ sessions, peer, what }) => sessions === row.sessions && peer === baseline && what === row.what
  )
  const numbers = [
    row.rate.toFixed(0),
    (row.rate / base.rate).toFixed(2),
    row.median.toFixed(2),
    row.p99.toFixed(2)
  ]
  return `| ${row.sessions} | ${row.peer} | ${row.shown} | ${numbers.join(' | ')} |`
})
const machine = `${cpus()[0].model}, ${cpus().length} cores shared by server, WeChat and wrk; ${values.connections} connections, ${seconds} s a row; × is the ratio to ${baseline}.`
const text = `${head}\n${lines.join('\n')}\n\n${machine}\n`
const artifacts = join(repository, 'artifacts')
mkdirSync(artifacts, { recursive: true })
writeFileSync(join(artifacts, 'bench-server.md'), text)
writeFileSync(join(artifacts, 'bench-server.json'), `${JSON.stringify(rows, null, 2)}\n`)
process.stdout.write(text)
