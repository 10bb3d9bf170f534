/** The tables of the suite's data, as Markdown. */
import { engines } from './engines.mjs'
import { BARE, EARLIER, OURS, PREDECESSOR, SIGNED } from './stage/peers.mjs'
import { MAIN_WORKLOAD, steady } from './stage/workloads.mjs'

/**
 * The time that one call over the bridge between JS and WeChat may take, in ms: the range that is reported from phones.
 */
const BRIDGE_MS = [0.1, 0.5, 2]

/** Rows that others are not compared with: this package, and what is not an SDK. */
const NOT_PEERS = [BARE, SIGNED, OURS, EARLIER]

const row = (cells) => `| ${cells.join(' | ')} |`
const table = (head, rows) =>
  [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n')

const significant = (value) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
const ranged = ({ median, low, high }) => `${significant(median)} (${significant(low)}–${significant(high)})`
const whole = (value) => Math.round(value).toLocaleString('en')
const counted = (native) =>
  Object.entries(native)
    .filter(([, count]) => count > 0)
    .map(([api, count]) => `${api} ${Number(count.toFixed(2))}`)
    .join(', ')
const total = (native) => Object.values(native).reduce((sum, count) => sum + count, 0)
const kibibytes = (bytes) => (bytes / 1024).toFixed(0)
const ofPeer = (lines, name) => lines.find((line) => line.name === name)

const rowsOf = (result, isAside) =>
  Object.keys(Object.values(result.cpu)[0]).filter((workload) => Boolean(steady[workload].aside) === isAside)

/** The peer that took the least time. */
function fastest(lines) {
  const [first] = lines
    .filter(({ name }) => !NOT_PEERS.includes(name))
    .sort((one, other) => one.us.median - other.us.median)
  return first
}

/** One engine, row by row: how this package's calls compare. */
function comparison(result, engine) {
  const head = [engines[engine].title, 'µs a call', `× ${PREDECESSOR}`, `× ${BARE}`, '× the fastest peer']
  const rows = rowsOf(result, false).map((workload) => {
    const lines = result.cpu[engine][workload]
    const { us, ratio, bareRatio } = ofPeer(lines, OURS)
    const peer = fastest(lines)
    const peerRatio = `${significant(us.median / peer.us.median)} (${peer.name})`
    return [workload, ranged(us), significant(ratio), significant(bareRatio), peerRatio]
  })
  return table(head, rows)
}

/** The instructions by workload and peer, and the ratios of this package to the others. */
export function instructionsTable(instructions) {
  const names = Object.keys(instructions)
  const own = instructions[OURS]
  const head = ['instructions of a call', ...names, `× ${PREDECESSOR}`, `× ${BARE}`]
  const rows = Object.keys(own).map((workload) => [
    workload,
    ...names.map((name) => (workload in instructions[name] ? whole(instructions[name][workload]) : '')),
    ...[PREDECESSOR, BARE].map((name) => significant(own[workload] / instructions[name][workload]))
  ])
  return table(head, rows)
}

function cpuTable(result, workload) {
  const used = Object.keys(result.cpu)
  const first = result.cpu[used[0]][workload]
  const of = (engine, name) => ofPeer(result.cpu[engine][workload], name)
  const head = [
    workload,
    ...used.flatMap((engine) => [`${engines[engine].title}, µs`, '×']),
    'bytes allocated',
    'native calls'
  ]
  const rows = first.map(({ name, native }) => [
    name,
    ...used.flatMap((engine) => [ranged(of(engine, name).us), significant(of(engine, name).ratio)]),
    name in result.allocations[workload] ? result.allocations[workload][name].toFixed(0) : '',
    counted(native)
  ])
  return table(head, rows)
}

function burstTable(result, burst) {
  const used = Object.keys(result.bursts)
  const head = [
    burst,
    'logins',
    'succeeded',
    ...used.map((engine) => `${engines[engine].title}, µs a call`),
    'native calls'
  ]
  const rows = result.bursts[used[0]][burst].map(({ name, logins, succeeded, native }) => {
    const own = (engine) => ofPeer(result.bursts[engine][burst], name)
    return [name, logins, succeeded, ...used.map((engine) => ranged(own(engine).us)), counted(native)]
  })
  return table(head, rows)
}

/** The time of a call on a phone: its native calls, at the range of their cost, and the SDK's own time. */
function bridgeTable(result) {
  const slowest = Object.keys(result.cpu).at(-1)
  const head = [
    MAIN_WORKLOAD,
    'native calls',
    ...BRIDGE_MS.map((ms) => `ms at ${ms} ms each`),
    `of it CPU (${engines[slowest].title})`
  ]
  const rows = result.cpu[slowest][MAIN_WORKLOAD].map(({ name, native, us }) => {
    const calls = Math.round(total(native) * 100) / 100
    const cpuMs = us.median / 1000
    return [name, calls, ...BRIDGE_MS.map((ms) => (calls * ms + cpuMs).toFixed(3)), cpuMs.toFixed(4)]
  })
  return table(head, rows)
}

function memoryTable(result) {
  const head = ['memory after', 'engine', 'calls', 'JS heap, KiB', 'linear memory, KiB']
  const rows = Object.entries(result.memory).flatMap(([engine, lines]) =>
    lines.map(({ name, calls, heapBytes, memoryBytes }) => [
      name,
      engines[engine].title,
      calls.toLocaleString('en'),
      kibibytes(heapBytes),
      memoryBytes ? kibibytes(memoryBytes) : ''
    ])
  )
  return table(head, rows)
}

function loadTable(result, engine) {
  const head = [`${engines[engine].title}, ms`, 'require', 'require to ready', 'first request', 'in all']
  const rows = result.load[engine].map(({ name, requireMs, readyMs, firstMs, totalMs }) => [
    name,
    ...[requireMs, readyMs, firstMs, totalMs].map(ranged)
  ])
  return table(head, rows)
}

function machineLine({ processor, cores, memoryGiB, system, node, v8, javaScriptCore }) {
  return `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}; Node ${node} (V8 ${v8}), JavaScriptCore ${javaScriptCore}`
}

/** The tables of some rows. */
export const rowsMarkdown = (result) =>
  Object.keys(Object.values(result.cpu)[0])
    .map((workload) => `${cpuTable(result, workload)}\n`)
    .join('\n')

export function markdownOf(result) {
  const section = (title, text, ...tables) => [`## ${title}`, text, ...tables].join('\n\n')
  const used = Object.keys(result.cpu)
  return `${[
    '# Benchmarks',
    `Made by \`make bench\` on: ${machineLine(result.machine)}. ${result.quick ? 'A quick run: its counts are right, its times mean nothing.' : ''}`.trim(),
    section(
      'A warm call',
      'The host costs nothing: bare function calls that answer at once, storage that hands out what it holds. What is ' +
        'left is the SDK. CPU time in µs, median and quartiles of interleaved rounds; × is the median ratio in the same ' +
        `round. "${BARE}" passes the options on as they are. The fastest peer is the SDK that took least, whether it ` +
        `can sign a request or not. ${PREDECESSOR} has no uploads: beside it stands what its users write by hand.`,
      ...used.map((engine) => comparison(result, engine))
    ),
    section(
      'What a phone feels',
      'Native calls at what one call over the bridge may cost, and the CPU time of the slowest engine.',
      bridgeTable(result)
    ),
    ...(result.instructions[OURS]
      ? [
          section(
            'Instructions',
            'The same calls in JavaScriptCore without JIT, counted by callgrind: these do not scatter.',
            instructionsTable(result.instructions)
          )
        ]
      : []),
    section(
      'Every peer',
      `The same run in full; × is the ratio to ${PREDECESSOR}. "${SIGNED}" is the least that signs a request. Peers ` +
        'that cannot log in send it unsigned. Promise: peers that take callbacks are wrapped by the caller.',
      ...rowsOf(result, false).map((workload) => cpuTable(result, workload))
    ),
    section(
      'Aside',
      'Rows that show something beside the SDK: that no long body is looked through, and what it costs those who read ' +
        'the storage in each call where reading it parses JSON.',
      ...rowsOf(result, true).map((workload) => cpuTable(result, workload))
    ),
    section(
      'A hundred at once',
      'In virtual time with random latencies, against a server that knows one valid skey a user; medians over the seeds. The CPU includes the simulated server, clock and wx.',
      ...Object.keys(Object.values(result.bursts)[0]).map((burst) => burstTable(result, burst))
    ),
    section('Memory', 'After a garbage collection.', memoryTable(result)),
    section(
      'Start',
      'A fresh engine each time: require the package, be ready for calls (for this package: compile and instantiate the module, which WeChat has already decompressed), and the first request with a stored session.',
      ...Object.keys(result.load).map((engine) => loadTable(result, engine))
    )
  ].join('\n\n')}\n`
}
