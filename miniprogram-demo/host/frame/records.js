import { element } from './element.js'

const REFRESH_MS = 1000
const SHOWN_ENTRIES = 12

const OUTCOMES = {
  ok: '成功',
  ERR_INVALID_SESSION: '会话已过期',
  fault: '故障'
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
    const latest = entries.slice(-SHOWN_ENTRIES).reverse()
    list.replaceChildren(
      ...latest.map(({ time, path, outcome, fault }) =>
        element(
          'li',
          { class: outcome === 'ok' ? '' : 'records__failure' },
          element('time', {}, new Date(time).toLocaleTimeString('zh-CN', { hour12: false })),
          element('code', {}, path),
          fault ? '故障' : (OUTCOMES[outcome] ?? outcome)
        )
      )
    )
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
