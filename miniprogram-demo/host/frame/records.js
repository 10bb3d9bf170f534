import { element } from './element.js'

const REFRESH_MS = 1000
const SHOWN_ENTRIES = 10

const OUTCOMES = {
  ok: '成功',
  ERR_INVALID_SESSION: '会话已过期',
  fault: '故障'
}

/** The newest entries first; those alike that follow each other are one line with a count. */
function latest(entries) {
  const lines = []
  for (let i = entries.length - 1; i >= 0 && lines.length <= SHOWN_ENTRIES; i--) {
    const { time, path, fault } = entries[i]
    const outcome = fault ? 'fault' : entries[i].outcome
    const last = lines.at(-1)
    if (last?.path === path && last.outcome === outcome) last.count += 1
    else lines.push({ time, path, outcome, count: 1 })
  }
  return lines.slice(0, SHOWN_ENTRIES)
}

function line({ time, path, outcome, count }) {
  return element(
    'li',
    { class: outcome === 'ok' ? '' : 'records__failure' },
    element('time', {}, new Date(time).toLocaleTimeString('zh-CN', { hour12: false })),
    element('code', {}, count > 1 ? `${path} ×${count}` : path),
    OUTCOMES[outcome] ?? outcome
  )
}

/** The session server's own records: what really reached it. */
export function watchRecords() {
  const count = (label) => {
    const value = element('strong', {}, '0')
    return { value, node: element('div', { class: 'records__count' }, value, label) }
  }
  const logins = count('登录')
  const accepted = count('会话请求')
  const refused = count('被拒（过期）')
  const list = element('ol', { class: 'records__list' })
  const section = element(
    'section',
    { class: 'records' },
    element('h2', {}, '服务器看到的'),
    element('div', { class: 'records__counts' }, logins.node, accepted.node, refused.node),
    list
  )

  const show = ({ logins: login, sessionRequests, entries }) => {
    logins.value.textContent = login.succeeded
    accepted.value.textContent = sessionRequests.ok
    refused.value.textContent = sessionRequests.refused
    list.replaceChildren(...latest(entries).map(line))
  }
  const refresh = async () => {
    if (document.hidden) return
    const response = await fetch('/dev/records').catch(() => null)
    if (response?.ok) show(await response.json())
    section.hidden = response?.status === 404
  }
  setInterval(refresh, REFRESH_MS)
  refresh()
  return section
}
