/**
 * Measures the session server beside wafer-node-session and Wafer2's Node SDK, under wrk, and keeps the tables in
 * artifacts/.
 *
 *   node benches/server/run.mjs [--quick] [--seconds N] [--rounds N] [--connections N] [--sessions N …]
 *                               [--peer WORD …] [--workload WORD …] [--slow N] [--soak MINUTES]
 *
 * All servers run all the time. They are measured in turn, round by round, and the order is reversed from one round to
 * the next, so that other work of the machine affects all of them. `--peer` keeps only servers whose names contain a
 * word, and wafer-node-session beside them; `--workload` is user, login or both. `--quick` is one round of a second,
 * with few sessions and without the soak; `--rounds 0` is the soak alone. The server is built as for production; WeChat
 * is a process of its own.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { repository } from '../../scripts/project.mjs'
import { filledFile, ours, peers, userData } from './peers.mjs'
import { removeFolder, run, start, temporaryFolder } from './processes.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    soak: { type: 'string' },
    slow: { type: 'string' },
    connections: { type: 'string', default: '32' },
    sessions: { type: 'string', multiple: true },
    peer: { type: 'string', multiple: true },
    workload: { type: 'string', multiple: true }
  }
})
const seconds = Number(values.seconds ?? (values.quick ? 1 : 3))
const rounds = Number(values.rounds ?? (values.quick ? 1 : 7))
const soakMinutes = Number(values.soak ?? (values.quick ? 0 : 10))
const slowClients = Number(values.slow ?? 300)
const usual = values.quick ? [1000] : [1000, 1_000_000]
const sizes = rounds > 0 ? (values.sessions?.map(Number) ?? usual) : []
const WORKLOADS = { user: '/user', login: '/login', both: '/user, every tenth /login' }
const WARM_UP_S = 1

const say = (step) => process.stderr.write(`==> ${step}\n`)

let runs = 0
/** Runs one wrk against a server; answers what it prints. The run fails if a request is refused. */
async function wrk(origin, server, what, connections, duration, { env = {}, core } = {}) {
  runs += 1
  const data = join(scratch, `user-data-${runs}`)
  writeFileSync(data, (server.openIds ?? [undefined]).map((openId) => `${userData(openId)}\n`).join(''))
  const bounds = ['-t1', `-c${connections}`, `-d${duration}s`, '--timeout', '30s']
  const command = ['wrk', ...bounds, '--latency', '-s', join(here, 'load.lua'), origin]
  const [program, ...args] = core === undefined ? command : ['taskset', '-c', core, ...command]
  const { child, ended } = run(program, args, {
    env: {
      ...process.env,
      ...(server.skey && { BENCH_SKEY: server.skey }),
      ...env,
      BENCH_WHAT: what,
      BENCH_SESSIONS: String(server.sessions),
      BENCH_USER_DATA: data,
      BENCH_RUN: `${process.pid}.${runs}`
    },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  const code = await ended
  const failed = /Non-2xx[^\d]*(\d+)|Socket errors: (.*)|Refused: [1-9].*/.exec(output)
  if (failed || code !== 0)
    throw new Error(`${what} at ${server.peer}: ${failed?.[0] ?? `wrk ended with ${code}`}`)
  return output
}

const requestsOf = (output) => Number(/(\d+) requests in/.exec(output)[1])
const rateOf = (output) => Number(/Requests\/sec: +([\d.]+)/.exec(output)[1])
const processorOf = (output) => Number(/wrk used ([\d.]+) s/.exec(output)[1])
function latency(output, percentile) {
  const [, number, unit] = new RegExp(`${percentile}% +([\\d.]+)(us|ms|s)`).exec(output)
  return Number(number) * { us: 0.001, ms: 1, s: 1000 }[unit]
}

/** The processor time that processes have used so far, in µs. Linux counts it in hundredths of a second. */
const processorTimeOf = (pids) =>
  pids
    .map((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
      return (Number(fields[11]) + Number(fields[12])) * 10_000
    })
    .reduce((sum, time) => sum + time)

const sum = (numbers) => numbers.reduce((total, number) => total + number)

/** The measurements of one run. Several wrk run at the same time if there are several servers. */
async function load(server, what, core) {
  const connections = Math.ceil(Number(values.connections) / server.origins.length)
  const pids = server.pids()
  const before = processorTimeOf(pids)
  const outputs = await Promise.all(
    server.origins.map((origin) => wrk(origin, server, what, connections, seconds, { core }))
  )
  return {
    cpu: (processorTimeOf(pids) - before) / sum(outputs.map(requestsOf)),
    rate: sum(outputs.map(rateOf)),
    wrk: (100 * sum(outputs.map(processorOf))) / seconds,
    median: Math.max(...outputs.map((output) => latency(output, 50))),
    p99: Math.max(...outputs.map((output) => latency(output, 99)))
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
const medianOf = (measured, name) => median(measured.map((one) => one[name]))
/** The median of the ratios, each of two runs of the same round. */
const ratioOf = (measured, base, name) => median(measured.map((one, round) => one[name] / base[round][name]))

/** Checks that a signed request and a login succeed, then checks all answers for a moment. */
async function check(server) {
  for (const origin of server.origins) {
    const skey = server.skey ?? 'skey-1'
    const user = await fetch(`${origin}/user`, { headers: { 'X-WX-Id': 'bench-1', 'X-WX-Skey': skey } })
    if (!(await user.json()).data?.userInfo)
      throw new Error(`${server.peer}: /user does not know its session`)
    const [data, iv] = userData(server.openIds?.[0]).split(' ')
    const code = `check-${randomBytes(8).toString('hex')}`
    const headers = { 'X-WX-Code': code, 'X-WX-Encrypted-Data': data, 'X-WX-IV': iv }
    const login = await (await fetch(`${origin}/login`, { headers })).json()
    if (!(login.session ?? login.data)?.skey)
      throw new Error(`${server.peer}: /login answers ${JSON.stringify(login)}`)
    await wrk(origin, server, 'user', values.connections, WARM_UP_S, { env: { BENCH_CHECK: '1' } })
  }
}

/** A table with numbers to the right and words to the left. */
function table(head, rows) {
  const sides = head.map((_, column) => (Number.isNaN(Number(rows[0][column])) ? '---' : '---:'))
  return [head, sides, ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

const pin = (pid, cores) =>
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)], { stdio: 'ignore' })

/**
 * Signed requests to servers on a core of their own, in turn, with wrk on another core: neither waits for the other.
 */
async function onOneCore(pinned) {
  const measured = pinned.map(() => [])
  for (const { pids } of pinned) for (const pid of pids()) pin(pid, '0')
  for (let round = 1; round <= rounds; round += 1) {
    say(`one core, round ${round} of ${rounds}`)
    for (const [index, server] of pinned.entries()) measured[index].push(await load(server, 'user', '1'))
  }
  for (const { pids } of pinned) for (const pid of pids()) pin(pid, `0-${cpus().length - 1}`)
  const baselineOf = ({ sessions }) =>
    measured[pinned.findIndex((one) => one.peer === baseline && one.sessions === sessions)]
  const head = ['sessions', 'server', 'a second', '×', 'CPU, µs', 'median, ms', 'p99, ms', 'wrk, %']
  const rows = pinned.map((server, index) => {
    const of = (name, digits) => medianOf(measured[index], name).toFixed(digits)
    const ratio = ratioOf(measured[index], baselineOf(server), 'rate').toFixed(2)
    const times = [of('cpu', 1), of('median', 2), of('p99', 2), of('wrk', 0)]
    return [server.sessions, server.peer, of('rate', 0), ratio, ...times]
  })
  return `\n/user, the server on one core, wrk on another:\n\n${table(head, rows)}`
}

/**
 * The cost of 300 slow clients for the others. It is compared with the cost while they bother another server, so that
 * the work of playing slow clients does not count against this server.
 */
async function beside(server, elsewhere) {
  const measured = { alone: [], elsewhere: [], here: [] }
  const besideThoseOf = async ({ origins }) => {
    const { port } = new URL(origins[0])
    const slow = run(process.execPath, [join(here, 'slow.mjs'), port, String(slowClients)], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    await new Promise((resolve) => slow.child.stdout.once('data', resolve))
    const result = await load(server, 'user')
    slow.child.kill()
    await slow.ended
    return result
  }
  for (let round = 1; round <= rounds; round += 1) {
    say(`slow clients, round ${round} of ${rounds}`)
    measured.alone.push(await load(server, 'user'))
    const inTurn = ['elsewhere', 'here']
    if (round % 2 === 0) inTurn.reverse()
    for (const place of inTurn)
      measured[place].push(await besideThoseOf(place === 'here' ? server : elsewhere))
  }
  const row = (name, place) =>
    [name, medianOf(measured[place], 'rate').toFixed(0)].concat(
      ['cpu', 'median', 'p99'].map((column) => medianOf(measured[place], column).toFixed(2)),
      ['rate', 'p99'].map((column) => ratioOf(measured[place], measured.elsewhere, column).toFixed(2))
    )
  const head = ['/user', 'a second', 'CPU, µs', 'median, ms', 'p99, ms', '× rate', '× p99']
  const rows = [
    row('alone', 'alone'),
    row(`while ${slowClients} slow clients bother another server`, 'elsewhere'),
    row(`while they bother this one`, 'here')
  ]
  return `\n${server.peer}, ${server.sessions} sessions:\n\n${table(head, rows)}`
}

/** The memory of the process itself in MB, without the database file that is mapped into it. */
const memoryOf = (pid) =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

/** Signed requests and logins for minutes: memory and files must be as large at the end as before. */
async function soak(wechat) {
  const folder = temporaryFolder()
  const [file, avatars] = await filledFile(wechat, 1000, folder)
  // A login ends the user's older sessions, so that their number stays. Metrics are recorded, and nobody fetches them.
  const env = {
    WAFER_SESSIONS_PER_USER: 'one',
    WAFER_METRICS_LISTEN: '127.0.0.1:0',
    // All logins bring user data that was made at the beginning.
    WAFER_USER_DATA_MAX_AGE: String(Math.round(soakMinutes * 60) + 600)
  }
  const server = await ours(wechat, file, avatars, env)
  const samples = []
  const sample = () => {
    const size = ['', '-wal'].map((end) => statSync(file + end).size / 1024 / 1024)
    samples.push({ memory: memoryOf(server.pid), database: size[0], log: size[1] })
  }
  const timer = setInterval(sample, 5000)
  const peer = { peer: 'soak', sessions: 1000 }
  const output = await wrk(server.origin, peer, 'both', values.connections, Math.round(soakMinutes * 60))
  clearInterval(timer)
  sample()
  await server.stop()
  removeFolder(folder)
  const rows = [1, 2, 3, 4, 5].map((fifth) => {
    const from = Math.floor((samples.length * (fifth - 1)) / 5)
    const part = samples.slice(from, Math.ceil((samples.length * fifth) / 5))
    return [fifth].concat(
      ['memory', 'database', 'log'].map((name) => Math.max(...part.map((one) => one[name])).toFixed(1))
    )
  })
  const told = `Soak of ${soakMinutes} minutes, ${WORKLOADS.both}, ${rateOf(output).toFixed(0)} requests a second, p99 ${latency(output, 99).toFixed(2)} ms; the most of each fifth of the time:`
  return `\n${told}\n\n${table(['fifth', 'memory, MB', 'database, MB', 'log, MB'], rows)}`
}

if (!existsSync(join(here, 'node_modules/wafer-node-sdk'))) {
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here, stdio: 'ignore' })
}
say('build')
const build = ['build', '--quiet', '--locked', '--profile', 'production', '--package', 'wafer-session-server']
execFileSync('cargo', build, { cwd: repository, stdio: 'inherit' })

const scratch = temporaryFolder()
const wechat = await start(process.execPath, [join(here, 'wechat.mjs')])
const [baseline, ...others] = Object.keys(peers)
const chosen = [
  baseline,
  ...others.filter((name) => !values.peer || values.peer.some((word) => name.includes(word)))
]
const servers = []
for (const sessions of sizes) {
  for (const peer of chosen) {
    say(`${peer}, ${sessions} sessions`)
    servers.push({ peer, sessions, ...(await peers[peer](wechat, sessions)) })
    await check(servers.at(-1))
  }
}

const rows = []
// Logins add sessions, so signed requests are measured first.
const workloads = Object.entries(WORKLOADS).filter(
  ([what]) => !values.workload || values.workload.includes(what)
)
const tails = []
for (const [what, shown] of workloads) {
  const measured = servers.map(() => [])
  for (let round = 1; round <= rounds; round += 1) {
    say(`${shown}, round ${round} of ${rounds}`)
    const inTurn = [...servers.entries()]
    if (round % 2 === 0) inTurn.reverse()
    for (const [index, server] of inTurn) measured[index].push(await load(server, what))
  }
  const resultOf = (peer, sessions) =>
    measured[servers.findIndex((one) => one.peer === peer && one.sessions === sessions)]
  for (const [index, { sessions, peer }] of servers.entries()) {
    const of = (name) => medianOf(measured[index], name)
    const ratio = ratioOf(measured[index], resultOf(baseline, sessions), 'rate')
    const row = { sessions, peer, what, shown, ratio, rounds: measured[index] }
    rows.push({
      ...row,
      rate: of('rate'),
      cpu: of('cpu'),
      wrk: of('wrk'),
      median: of('median'),
      p99: of('p99')
    })
  }
  const [few, many] = [Math.min(...sizes), Math.max(...sizes)]
  for (const peer of sizes.length > 1 ? chosen : []) {
    const ratio = ratioOf(resultOf(peer, many), resultOf(peer, few), 'p99')
    tails.push([peer, shown, ratio.toFixed(2)])
  }
}

const artifacts = join(repository, 'artifacts')
mkdirSync(artifacts, { recursive: true })
let text = ''
/** Each result is kept at once, since a later part may fail. */
function keep(part) {
  text += part
  writeFileSync(join(artifacts, 'bench-server.md'), text)
  process.stdout.write(part)
}
writeFileSync(join(artifacts, 'bench-server.json'), `${JSON.stringify(rows, null, 2)}\n`)
if (rows.length > 0) {
  const head = [
    'sessions',
    'server',
    'requests',
    'a second',
    '×',
    'CPU, µs',
    'median, ms',
    'p99, ms',
    'wrk, %'
  ]
  const cells = rows.map((row) => [
    row.sessions,
    row.peer,
    row.shown,
    row.rate.toFixed(0),
    row.ratio.toFixed(2),
    row.cpu.toFixed(1),
    row.median.toFixed(2),
    row.p99.toFixed(2),
    row.wrk.toFixed(0)
  ])
  const machine = `${cpus()[0].model}, ${cpus().length} cores shared by server, database, WeChat and wrk; ${values.connections} connections, medians of ${rounds} rounds of ${seconds} s; × is the ratio to ${baseline} in the same round; CPU is what server and database take for a request; wrk is how much of a core wrk had.`
  const [few, many] = [Math.min(...sizes), Math.max(...sizes)]
  const tail = tails.length
    ? `\np99 with ${many} sessions, × that with ${few} in the same round:\n\n${table(['server', 'requests', '×'], tails)}`
    : ''
  keep(`${table(head, cells)}\n${machine}\n${tail}`)
}
const inOneProcess = servers.filter(({ peer }) => [baseline, 'this server, SQLite'].includes(peer))
if (inOneProcess.length > 0 && cpus().length > 1) keep(await onOneCore(inOneProcess))
const ourFile = servers.find(({ peer }) => peer === 'this server, SQLite')
if (ourFile && slowClients > 0) {
  const folder = temporaryFolder()
  const elsewhere = await ours(wechat, ...(await filledFile(wechat, 1, folder)))
  keep(await beside(ourFile, { origins: [elsewhere.origin] }))
  await elsewhere.stop()
  removeFolder(folder)
}
for (const server of servers) await server.stop()
if (soakMinutes > 0) {
  say(`soak, ${soakMinutes} minutes`)
  keep(await soak(wechat))
}
await wechat.stop()
