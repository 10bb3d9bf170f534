/**
 * docs/faults.md and docs/faults.zh-CN.md hold tables of what a run measured, between markers:
 *
 *   node tests/faults/tables.mjs       // runs it and writes them; tests/faults/faults.test.mjs holds them current
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startServer } from '../../fake-wx/run/bridge.mjs'
import { repository } from '../../scripts/project.mjs'
import { STATES, cellsOf, hostRows } from './host-faults.mjs'
import { serverRows } from './server-faults.mjs'
import { storedRows } from './stored-values.mjs'

/** How each document says things in its language. */
const LANGUAGES = {
  'docs/faults.md': { say: (text) => text, seconds: (seconds) => `${seconds} s`, join: ', ' },
  'docs/faults.zh-CN.md': {
    say: (text) => CHINESE[text] ?? text,
    seconds: (seconds) => `${seconds} 秒`,
    join: '、'
  }
}

const CHINESE = {
  what: '对象',
  'what happens': '发生什么',
  cold: '未登录',
  warm: '已登录',
  expired: '会话过期',
  'next launch': '下次启动',
  'logging in': '登录中',
  answer: '回答',
  nothing: '一切正常',
  fails: '失败',
  throws: '抛出异常',
  hangs: '没有回音',
  'answers twice': '回答两次',
  'answers 2 s late': '晚 2 秒回答',
  'answers rubbish': '回答乱七八糟的内容',
  'answers nothing': '回答 undefined',
  'wx.request (login)': 'wx.request（登录）',
  'wx.request (call)': 'wx.request（调用）',
  'server: login': '服务器：登录',
  'server: call': '服务器：调用',
  'a page of HTML': '一个 HTML 页面',
  'cut before it served': '处理之前断开连接',
  'cut after it served': '处理之后断开连接',
  'killed, then back': '被杀死，随后恢复',
  clock: '系统时钟',
  'an hour forth': '拨快一小时',
  'an hour back': '拨慢一小时',
  'back and forth': '来回拨动',
  app: '小程序',
  '40 minutes in the background': '在后台 40 分钟',
  'frozen for 40 minutes': '冻结 40 分钟',
  network: '网络',
  'gone for a minute': '断开一分钟',
  'what is stored': '存储的内容',
  'the caller': '调用者',
  'wx.login': 'wx.login',
  sent: '发出',
  'as it was': '原样',
  'one character changed, each in turn': '改变一个字符，逐个位置',
  'two or three changed': '改变两三个字符',
  'cut off, at each tenth place': '截断，每隔十个位置',
  'nothing: storage was full at the login': '没有：登录时存储已满'
}

const table = (rows) => {
  const [head, ...body] = rows.map((cells) => `| ${cells.join(' | ')} |`)
  return [head, `|${' --- |'.repeat(rows[0].length)}`, ...body].join('\n')
}

/** Rows of one thing that came to the same are one row. */
function merged(rows) {
  const groups = new Map()
  for (const [name, does, cells] of rows) {
    const key = JSON.stringify([name, cells])
    if (groups.has(key)) groups.get(key)[1].push(does)
    else groups.set(key, [name, [does], cells])
  }
  return [...groups.values()]
}

function faultTable(rows, { say, seconds, join: comma }) {
  const states = Object.keys(STATES)
  const cellText = ({ said, seconds: took, logins, requests }) =>
    `${say(said)}${took ? `${comma}${seconds(took)}` : ''} (${logins}, ${requests})`
  return table([
    ['what', 'what happens', ...states].map(say),
    ...merged(rows).map(([name, does, cells]) => [
      say(name),
      does.map(say).join(comma),
      ...states.map((state) => cellText(cells[state]))
    ])
  ])
}

const rangeText = ([least, most]) => (least === most ? `${least}` : `${least}–${most}`)

const storedTable = (rows, { say }) =>
  table([
    ['what is stored', 'the caller', 'wx.login', 'sent'].map(say),
    ...rows.map(([name, logins, requests]) => [
      say(name),
      say('answer'),
      rangeText(logins),
      rangeText(requests)
    ])
  ])

/** What a run comes to: only what the documents tell. */
export async function measure() {
  const server = await startServer({ args: ['--sessions-per-user', 'many'] })
  try {
    const told = ({ said, seconds, logins, requests }) => ({ said, seconds, logins, requests })
    const plain = (rows) =>
      rows.map(([name, does, cells]) => [
        name,
        does,
        Object.fromEntries(Object.entries(cells).map(([state, cell]) => [state, told(cell)]))
      ])
    return {
      host: plain(await cellsOf(server, hostRows)),
      server: plain(await cellsOf(server, serverRows(server))),
      stored: await storedRows(server)
    }
  } finally {
    await server.stop()
  }
}

/** The document of this path with the tables of a run in it. */
export function documentOf(path, run) {
  const language = LANGUAGES[path]
  const parts = {
    host: faultTable(run.host, language),
    server: faultTable(run.server, language),
    stored: storedTable(run.stored, language)
  }
  return readFileSync(join(repository, path), 'utf8').replaceAll(
    /(<!-- (\w+) -->\n)[\s\S]*?(\n<!-- end -->)/g,
    (_, begin, name, end) => `${begin}\n${parts[name]}\n${end}`
  )
}

export const DOCUMENTS = Object.keys(LANGUAGES)

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const run = await measure()
  for (const path of DOCUMENTS) writeFileSync(join(repository, path), documentOf(path, run))
}
