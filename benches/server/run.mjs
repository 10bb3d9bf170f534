/**
 * Measures the session server beside wafer-node-session, under wrk, and keeps the table in artifacts/.
 *
 *   node benches/server/run.mjs [--quick] [--seconds N] [--rounds N] [--connections N] [--sessions N …]
 *                               [--peer WORD …] [--soak MINUTES]
 *
 * All servers run all the time, and are measured in turn, round by round: what else the machine does meets all of them.
 * `--peer` narrows them down to those whose names contain a word, wafer-node-session beside them. `--quick` is a round of
 * a second, with few sessions and without the soak. The server is a release build; WeChat is a process beside it.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    soak: { type: 'string', default: '10' },
    connections: { type: 'string', default: '32' },
    sessions: { type: 'string', multiple: true },
    peer: { type: 'string', multiple: true }
  }
})
const seconds = values.quick ? 1 : Number(values.seconds)
const rounds = values.quick ? 1 : Number(values.rounds)
const soakMinutes = values.quick ? 0 : Number(values.soak)
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
    pid: child.pid,
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
/** Runs one wrk; answers what it prints. */
async function wrk(origin, what, sessions, connections, duration, env) {
  runs += 1
  const args = [
    '--latency',
    '--timeout',
    '30s',
    '-t1',
    `-c${connections}`,
    `-d${duration}s`,
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
      BENCH_RUN: `${process.pid}.${runs}`
    },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  await new Promise((resolve) => child.on('close', resolve))
  const failed = /Non-2xx[^\d]*(\d+)|Socket errors: (.*)|Refused: [1-9].*/.exec(output)
  if (failed) throw new Error(`${what} at ${origin}: ${failed[0]}`)
  return output
}

const rateOf = (output) => Number(/Requests\/sec: +([\d.]+)/.exec(output)[1])
function latency(output, percentile) {
  const [, number, unit] = new RegExp(`${percentile}% +([\\d.]+)(us|ms|s)`).exec(output)
  return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit]
}

/** Microseconds of processor time that processes have taken by now, as Linux counts it, in hundredths of a second. */
const processorTimeOf = (pids) =>
  pids
    .map((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
      return (Number(fields[11]) + Number(fields[12])) * 10_000
    })
    .reduce((sum, time) => sum + time)

/**
 * Requests a second, latencies and the servers' processor time for a request in one run, of several wrk where there are
 * several servers.
 */
async function load({ origins, pids, env, sessions }, what) {
  const connections = Math.ceil(Number(values.connections) / origins.length)
  const before = processorTimeOf(pids)
  const outputs = await Promise.all(
    origins.map((origin) => wrk(origin, what, sessions, connections, seconds, env))
  )
  const requests = outputs.map((output) => Number(/(\d+) requests in/.exec(output)[1]))
  return {
    cpu: (processorTimeOf(pids) - before) / requests.reduce((sum, count) => sum + count),
    rate: outputs.map(rateOf).reduce((sum, rate) => sum + rate),
    median: Math.max(...outputs.map((output) => latency(output, 50))),
    p99: Math.max(...outputs.map((output) => latency(output, 99)))
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
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

async function ours(wechat, database, avatars, env = {}) {
  const args = ['--listen', '127.0.0.1:0', '--database', database, '--avatars', avatars, '--unencrypted']
  const more = ['--login-rate', '0', '--wechat-api', wechat.origin]
  return start(binary, [...args, ...more], {
    WX_APPID: 'wx1',
    WX_SECRET: 's',
    WAFER_SESSIONS_PER_USER: 'many',
    ...env
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
    return { origins: [server.origin], pids: [server.pid], env: { BENCH_SKEY: skey }, stop: server.stop }
  },
  'this server, SQLite': async (wechat, sessions, folder) => {
    const file = join(folder, 'sessions.sqlite')
    await (await ours(wechat, file, join(folder, 'avatars'))).stop()
    execFileSync('python3', [join(here, 'fill.py'), file, String(sessions)])
    const server = await ours(wechat, file, join(folder, 'avatars'))
    return { origins: [server.origin], pids: [server.pid], env: {}, stop: server.stop }
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
    pids: servers.map(({ pid }) => pid),
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
const [baseline, ...others] = Object.keys(peers)
const chosen = [
  baseline,
  ...others.filter((name) => !values.peer || values.peer.some((word) => name.includes(word)))
]

const running = []
for (const sessions of sizes) {
  for (const peer of chosen) {
    say(`${peer}, ${sessions} sessions`)
    const folder = mkdtempSync(join(tmpdir(), 'wafer-bench-'))
    const server = await peers[peer](wechat, sessions, folder)
    for (const origin of server.origins) await check(origin, server.env)
    running.push({ sessions, peer, folder, ...server })
  }
}
const rows = []
// Logins make sessions: signed requests are measured before.
for (const [what, shown] of Object.entries(WORKLOADS)) {
  const measured = running.map(() => [])
  for (let round = 1; round <= rounds; round += 1) {
    say(`${shown}, round ${round} of ${rounds}`)
    for (const [index, server] of running.entries()) measured[index].push(await load(server, what))
  }
  for (const [index, { sessions, peer }] of running.entries()) {
    const of = (name) => measured[index].map((one) => one[name])
    const base = running.findIndex((one) => one.sessions === sessions && one.peer === baseline)
    rows.push({
      sessions,
      peer,
      what,
      shown,
      rate: median(of('rate')),
      // Of runs that were next to each other.
      ratio: median(measured[index].map(({ rate }, round) => rate / measured[base][round].rate)),
      cpu: median(of('cpu')),
      median: median(of('median')),
      p99: median(of('p99'))
    })
  }
}
for (const { stop, folder } of running) {
  await stop()
  rmSync(folder, { recursive: true })
}

/** Memory that is the process's own, without the database file that it maps, in MB. */
const memoryOf = (pid) =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

/** Signed requests and logins for minutes on end: memory and files are to be as large at the end as they were before. */
async function soak() {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-bench-'))
  const [file, avatars] = [join(folder, 'sessions.sqlite'), join(folder, 'avatars')]
  await (await ours(wechat, file, avatars)).stop()
  execFileSync('python3', [join(here, 'fill.py'), file, '1000'])
  // Sessions end as fast as they are made. Metrics are kept, and nobody fetches them.
  const env = { WAFER_SESSIONS_PER_USER: 'one', WAFER_METRICS_LISTEN: '127.0.0.1:0' }
  const server = await ours(wechat, file, avatars, env)
  const samples = []
  const sample = () => {
    const size = ['', '-wal'].map((end) => statSync(file + end).size / 1024 / 1024)
    samples.push({ memory: memoryOf(server.pid), database: size[0], log: size[1] })
  }
  const timer = setInterval(sample, 5000)
  const output = await wrk(server.origin, 'both', 1000, values.connections, Math.round(soakMinutes * 60), {})
  clearInterval(timer)
  sample()
  await server.stop()
  rmSync(folder, { recursive: true })
  const fifths = [1, 2, 3, 4, 5].map((fifth) => {
    const part = samples.slice(
      Math.floor((samples.length * (fifth - 1)) / 5),
      Math.ceil((samples.length * fifth) / 5)
    )
    const most = (name) => Math.max(...part.map((one) => one[name])).toFixed(1)
    return `| ${fifth} | ${most('memory')} | ${most('database')} | ${most('log')} |`
  })
  const told = `Soak of ${soakMinutes} minutes, ${WORKLOADS.both}, ${rateOf(output).toFixed(0)} requests a second, p99 ${latency(output, 99).toFixed(2)} ms; the most of each fifth of the time:`
  return `\n${told}\n\n| fifth | memory, MB | database, MB | log, MB |\n| ---: | ---: | ---: | ---: |\n${fifths.join('\n')}\n`
}
let soaked = ''
if (soakMinutes > 0) {
  say(`soak, ${soakMinutes} minutes`)
  soaked = await soak()
}
await wechat.stop()

const head =
  '| sessions | server | requests | a second | × | CPU, µs | median, ms | p99, ms |\n| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: |'
const lines = rows.map((row) => {
  const numbers = [
    row.rate.toFixed(0),
    row.ratio.toFixed(2),
    row.cpu.toFixed(1),
    row.median.toFixed(2),
    row.p99.toFixed(2)
  ]
  return `| ${row.sessions} | ${row.peer} | ${row.shown} | ${numbers.join(' | ')} |`
})
const [few, many] = [Math.min(...sizes), Math.max(...sizes)]
const tails =
  few === many
    ? ''
    : chosen
        .map((peer) => {
          const [one, other] = [few, many].map((sessions) =>
            rows.find((row) => row.peer === peer && row.what === 'user' && row.sessions === sessions)
          )
          return `p99 of /user with ${many} sessions is ${(other.p99 / one.p99).toFixed(2)} × that with ${few}: ${peer}.\n`
        })
        .join('')
const machine = `${cpus()[0].model}, ${cpus().length} cores shared by server, WeChat and wrk; ${values.connections} connections, medians of ${rounds} rounds of ${seconds} s; × is the ratio to ${baseline} in the same round; CPU is the server's for a request, without PostgreSQL's.`
const text = `${head}\n${lines.join('\n')}\n\n${machine}\n\n${tails}${soaked}`
const artifacts = join(repository, 'artifacts')
mkdirSync(artifacts, { recursive: true })
writeFileSync(join(artifacts, 'bench-server.md'), text)
writeFileSync(join(artifacts, 'bench-server.json'), `${JSON.stringify(rows, null, 2)}\n`)
process.stdout.write(text)
