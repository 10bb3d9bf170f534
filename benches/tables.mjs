/** The suite's data as Markdown. */
import { engines } from './engines.mjs'
import { BARE, OURS, PREDECESSOR } from './stage/peers.mjs'
import { MAIN_WORKLOAD, steady } from './stage/workloads.mjs'

/** What one call over the bridge between JS and WeChat may cost: the span that is reported from phones. */
const BRIDGE_MS = [0.1, 0.5, 2]

const row = (cells) => `| ${cells.join(' | ')} |`
const table = (head, rows) =>
  [row(head), row(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n')

const significant = (value) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
const ranged = ({ median, low, high }) => `${significant(median)} (${significant(low)}–${significant(high)})`
const counted = (native) =>
  Object.entries(native)
    .filter(([, count]) => count > 0)
    .map(([api, count]) => `${api} ${Number(count.toFixed(2))}`)
    .join(', ')
const total = (native) => Object.values(native).reduce((sum, count) => sum + count, 0)
const kibibytes = (bytes) => (bytes / 1024).toFixed(0)

function cpuTable(result, workload) {
  const used = Object.keys(result.cpu)
  const first = result.cpu[used[0]][workload]
  const of = (engine, name) => result.cpu[engine][workload].find((line) => line.name === name)
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
    const own = (engine) => result.bursts[engine][burst].find((line) => line.name === name)
    return [name, logins, succeeded, ...used.map((engine) => ranged(own(engine).us)), counted(native)]
  })
  return table(head, rows)
}

function bridgeTable(result) {
  const used = Object.keys(result.cpu)
  const slowest = used[used.length - 1]
  const head = [
    `warm ${MAIN_WORKLOAD}`,
    'native calls',
    ...BRIDGE_MS.map((ms) => `at ${ms} ms each, ms`),
    `own CPU (${engines[slowest].title}), ms`
  ]
  const rows = result.cpu[slowest][MAIN_WORKLOAD].map(({ name, native, us }) => {
    const calls = Math.round(total(native) * 100) / 100
    return [name, calls, ...BRIDGE_MS.map((ms) => significant(calls * ms)), (us.median / 1000).toFixed(4)]
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

export function markdownOf(result) {
  const section = (title, text, ...tables) => [`## ${title}`, text, ...tables].join('\n\n')
  return `${[
    '# Benchmarks',
    `Made by \`make bench\` on: ${machineLine(result.machine)}. ${result.quick ? 'A quick run: its counts are right, its times mean nothing.' : ''}`.trim(),
    section(
      'A request, one after the other',
      `CPU time of a call in µs, median and quartiles of interleaved rounds; × is the median ratio to ${PREDECESSOR} in the same round. ` +
        'The host answers inside the call and costs next to nothing, so that the time is the SDK’s; "bare wx.request" merges the headers and calls wx, the least that is possible. ' +
        'Storage is copied out when it is read, as WeChat does it on the app’s thread; the row where that is free shows what remains of the difference. ' +
        'Peers that cannot log in send the same request unsigned. Promise style: callback-only peers are wrapped in a promise by the caller.',
      ...Object.keys(Object.values(result.cpu)[0]).map((workload) => cpuTable(result, workload))
    ),
    section(
      'A hundred at once',
      'In virtual time with random latencies, against a server that knows one valid skey a user; medians over the seeds. The CPU includes the simulated server, clock and wx.',
      ...Object.keys(Object.values(result.bursts)[0]).map((burst) => burstTable(result, burst))
    ),
    section(
      'What a phone feels',
      'Native calls of a warm request times an assumed cost of one call over the bridge, beside the CPU time of the slowest engine.',
      bridgeTable(result)
    ),
    section('Memory', 'After a garbage collection.', memoryTable(result)),
    section(
      'Start',
      'A fresh engine each time: require the package, be ready for calls (for this package: compile and instantiate the module, which WeChat has already decompressed), and the first request with a stored session.',
      ...Object.keys(result.load).map((engine) => loadTable(result, engine))
    )
  ].join('\n\n')}\n`
}

/** Instructions by peer and workload, and how this package's compare. */
export function instructionsTable(instructions) {
  const names = Object.keys(instructions)
  const own = instructions[OURS]
  const head = ['instructions of a call, without JIT', ...names, `× ${PREDECESSOR}`, `× ${BARE}`]
  const rows = Object.keys(own).map((workload) => [
    workload,
    ...names.map((name) => instructions[name][workload]?.toFixed(0) ?? ''),
    ...[PREDECESSOR, BARE].map((name) => significant(own[workload] / instructions[name][workload]))
  ])
  return table(head, rows)
}
