/**
 * Puts the two tables that matter to a user into the READMEs, out of what `make bench` measured:
 *
 *   node scripts/readme-tables.mjs [artifacts/bench.json]
 *
 * A quick run's counts are right, but not its times: those stay as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readJson, repository } from './project.mjs'

const OURS = 'wafer-client-wasm'
const PREDECESSOR = 'wafer-client-sdk'
const SDKS = [OURS, PREDECESSOR, 'wafer2-client-sdk']
const WARM = 'login: true, 2 headers'
const COLD = '100 cold calls at once'
const EXPIRED = '100 calls on an expired session at once'

const TEXTS = {
  'README.md': {
    counts: [
      '100 calls at once',
      'nobody logged in: logins',
      'of 100 succeed',
      'session expired: logins',
      'of 100 succeed',
      'native calls of a warm call'
    ],
    cpu: `CPU of a warm call, × ${PREDECESSOR}'s`,
    noJit: 'JavaScriptCore without JIT (iOS)',
    instructions: 'instructions there',
    cell: (ratio, us) => `${ratio} (${us} µs)`,
    rows: {
      'login: true, no header': '`login: true`',
      [WARM]: '`login: true`, 2 headers',
      'login: true, 20 headers': '`login: true`, 20 headers',
      'login: false, 2 headers': 'without `login`, 2 headers',
      'promise, 2 headers': 'as a promise, 2 headers',
      'POST, 2 headers, all callbacks': 'POST with `success`, `fail` and `complete`'
    },
    machine: ({ processor, node, javaScriptCore }) =>
      `On a host that costs nothing: native calls answer at once, and reading the storage is free. In brackets what this ` +
      `package takes. Medians of interleaved runs; ${processor}, Node ${node}, JavaScriptCore ${javaScriptCore}; ` +
      'instructions by callgrind. More peers and rows: [benches/README.md](benches/README.md).'
  },
  'README.zh-CN.md': {
    counts: [
      '100 个并发调用',
      '都没有登录：登录次数',
      '100 个中成功',
      '会话过期：登录次数',
      '100 个中成功',
      '登录之后一个请求的原生调用'
    ],
    cpu: `登录之后一个请求的 CPU 时间，与 ${PREDECESSOR} 之比`,
    noJit: '不带 JIT 的 JavaScriptCore（iOS）',
    instructions: '同上，指令数',
    cell: (ratio, us) => `${ratio}（${us} µs）`,
    rows: {
      'login: true, no header': '`login: true`',
      [WARM]: '`login: true`，2 个请求头',
      'login: true, 20 headers': '`login: true`，20 个请求头',
      'login: false, 2 headers': '不带 `login`，2 个请求头',
      'promise, 2 headers': 'Promise，2 个请求头',
      'POST, 2 headers, all callbacks': 'POST，带 `success`、`fail`、`complete`'
    },
    machine: ({ processor, node, javaScriptCore }) =>
      `宿主不花时间：原生调用立即应答，读取本地缓存免费。括号里是本包所用的时间。交错运行的中位数；` +
      `${processor}，Node ${node}，JavaScriptCore ${javaScriptCore}；指令数由 callgrind 统计。` +
      '更多 SDK 和场景见 [benches/README.md](benches/README.md)。'
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
  const rows = SDKS.map((name) => {
    const inBursts = [COLD, EXPIRED].flatMap((workload) => {
      const { logins, succeeded } = find(burst[workload], name)
      return [logins, succeeded]
    })
    const calls = Object.values(find(warm, name).native).reduce((sum, count) => sum + count)
    return [name, ...inBursts, Math.round(calls)]
  })
  return table(texts.counts, rows)
}

function speedTable({ cpu, instructions, machine }, texts) {
  const titles = { v8: 'V8', jsc: 'JavaScriptCore', 'jsc-nojit': texts.noJit }
  const engines = Object.keys(cpu)
  const isCounted = OURS in instructions
  const cell = (engine, workload) => {
    const { us, ratio } = find(cpu[engine][workload], OURS)
    return texts.cell(significant(ratio), significant(us.median))
  }
  const counted = (workload) =>
    isCounted ? [significant(instructions[OURS][workload] / instructions[PREDECESSOR][workload])] : []
  const rows = Object.entries(texts.rows).map(([workload, title]) => [
    title,
    ...engines.map((engine) => cell(engine, workload)),
    ...counted(workload)
  ])
  const head = [
    texts.cpu,
    ...engines.map((engine) => titles[engine]),
    ...(isCounted ? [texts.instructions] : [])
  ]
  return `${table(head, rows)}\n\n${texts.machine(machine)}`
}

/** The blocks of a README by their names. */
export function blocksOf(result, document) {
  const texts = TEXTS[document]
  return { counts: countsTable(result, texts), speed: speedTable(result, texts) }
}

export const DOCUMENTS = Object.keys(TEXTS)

export function replaceBlock(text, name, content) {
  const block = new RegExp(`(<!-- bench:${name} -->\n)[^]*?(<!-- /bench:${name} -->)`)
  if (!block.test(text)) throw new Error(`there is no place for the table "${name}"`)
  return text.replace(block, (_, begin, end) => `${begin}\n${content}\n\n${end}`)
}

function fillIn(result) {
  for (const document of DOCUMENTS) {
    const path = join(repository, document)
    const { counts, speed } = blocksOf(result, document)
    let text = replaceBlock(readFileSync(path, 'utf8'), 'counts', counts)
    if (!result.quick) text = replaceBlock(text, 'speed', speed)
    writeFileSync(path, text)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  fillIn(readJson(process.argv[2] ?? join(repository, 'artifacts/bench.json')))
}
