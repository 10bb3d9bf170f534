/**
 * Puts the two tables that matter to a user into the READMEs, out of what `make bench` measured:
 *
 *   node scripts/readme-tables.mjs [artifacts/bench.json]
 *
 * A quick run's counts are right, but not its times: those stay as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, repository } from './project.mjs'

const SDKS = ['wafer-client-wasm', 'wafer-client-sdk', 'wafer2-client-sdk']
const BARE = 'bare wx.request'
const WARM = 'login: true'
const FREE_STORAGE = 'login: true, reading storage is free'
const COLD = '100 cold calls at once'
const EXPIRED = '100 calls on an expired session at once'
const BRIDGE_MS = 0.5

const TEXTS = {
  'README.md': {
    counts: 'counted',
    cold: '100 calls at once, nobody logged in: logins, calls that succeed',
    expired: '100 calls at once, session expired: logins, calls that succeed',
    warm: 'native calls of a request with a valid session',
    bridge: `what they cost on a phone, at ${BRIDGE_MS} ms a call`,
    cpu: 'CPU time of a request with a valid session, µs',
    bare: 'bare `wx.request`',
    noJit: 'JavaScriptCore without JIT (iOS)',
    ratio: (ratio) => ` (× ${ratio})`,
    machine: ({ processor, node, javaScriptCore }) =>
      `Medians of interleaved runs; × is the ratio to wafer-client-sdk. ${processor}, Node ${node}, ` +
      `JavaScriptCore ${javaScriptCore}; the fake \`wx\` answers at once.`,
    free: (ratios) =>
      ' The predecessors read the storage in each call, which parses JSON; were that free, the ratios of this package ' +
      `would be ${ratios.join(', ')}. Without JIT the goal, half of wafer-client-sdk's time, is not reached: ` +
      '[benches/README.md](benches/README.md) says where the time goes.'
  },
  'README.zh-CN.md': {
    counts: '次数',
    cold: '100 个并发调用，都没有登录：登录次数，成功的调用',
    expired: '100 个并发调用，会话已过期：登录次数，成功的调用',
    warm: '有会话时，一个请求的原生调用',
    bridge: `它们在手机上的代价，每次按 ${BRIDGE_MS} ms 计`,
    cpu: '有会话时，一个请求的 CPU 时间，µs',
    bare: '只用 `wx.request`',
    noJit: '不带 JIT 的 JavaScriptCore（iOS）',
    ratio: (ratio) => `（× ${ratio}）`,
    machine: ({ processor, node, javaScriptCore }) =>
      `交错运行的中位数；× 是与 wafer-client-sdk 之比。${processor}，Node ${node}，` +
      `JavaScriptCore ${javaScriptCore}；假 \`wx\` 立即应答。`,
    free: (ratios) =>
      '前辈们每次调用都读取本地缓存，要解析 JSON；假如读取不花时间，本包的比值是 ' +
      `${ratios.join('、')}。不带 JIT 时没有达到目标（wafer-client-sdk 的一半）：` +
      '时间花在哪里，见 [benches/README.md](benches/README.md)。'
  }
}

const row = (cells) => `| ${cells.join(' | ')} |`
const table = (head, rows) =>
  [row(head), row(head.map((_, index) => (index ? '---:' : '---'))), ...rows.map(row)].join('\n')
const find = (lines, name) => lines.find((line) => line.name === name)
const significant = (value) => String(Number(value.toPrecision(2)))

function countsTable({ cpu, bursts }, texts) {
  const [warm] = Object.values(cpu).map((workloads) => workloads[WARM])
  const [burst] = Object.values(bursts)
  const inBurst = (workload) =>
    SDKS.map((name) => find(burst[workload], name)).map(({ logins, succeeded }) => `${logins}, ${succeeded}`)
  const calls = SDKS.map((name) => {
    const { native } = find(warm, name)
    return Math.round(Object.values(native).reduce((sum, count) => sum + count))
  })
  return table(
    [texts.counts, ...SDKS],
    [
      [texts.cold, ...inBurst(COLD)],
      [texts.expired, ...inBurst(EXPIRED)],
      [texts.warm, ...calls],
      [texts.bridge, ...calls.map((count) => `${count * BRIDGE_MS} ms`)]
    ]
  )
}

function speedTable({ cpu, machine }, texts) {
  const titles = { v8: 'V8', jsc: 'JavaScriptCore', 'jsc-nojit': texts.noJit }
  const engines = Object.keys(cpu)
  const cell = (engine, name) => {
    const { us, ratio } = find(cpu[engine][WARM], name)
    return significant(us.median) + texts.ratio(significant(ratio))
  }
  const rows = [...SDKS, BARE].map((name) => [
    name === BARE ? texts.bare : name,
    ...engines.map((engine) => cell(engine, name))
  ])
  const head = [texts.cpu, ...engines.map((engine) => titles[engine])]
  const free = engines.map((engine) => significant(find(cpu[engine][FREE_STORAGE], SDKS[0]).ratio))
  return `${table(head, rows)}\n\n${texts.machine(machine)}${texts.free(free)}`
}

function replace(text, name, content) {
  const block = new RegExp(`(<!-- bench:${name} -->\n)[^]*?(<!-- /bench:${name} -->)`)
  if (!block.test(text)) throw new Error(`there is no place for the table "${name}"`)
  return text.replace(block, (_, begin, end) => `${begin}\n${content}\n\n${end}`)
}

const result = readJson(process.argv[2] ?? join(repository, 'artifacts/bench.json'))
for (const [document, texts] of Object.entries(TEXTS)) {
  const path = join(repository, document)
  let text = replace(readFileSync(path, 'utf8'), 'counts', countsTable(result, texts))
  if (!result.quick) text = replace(text, 'speed', speedTable(result, texts))
  writeFileSync(path, text)
}
