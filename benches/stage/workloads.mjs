/**
 * The rows of the tables. A steady workload repeats one request while the host answers inside the call; a burst
 * makes 100 at once in virtual time, against a server that knows one valid skey a user.
 */
const URL = 'https://api.example.com/user'
const LONG_BODY = 100 * 1024

const headers = (count) => {
  const header = {}
  for (let index = 0; index < count; index++) header[`X-Trace-${index}`] = `value ${index}`
  return header
}

/** An answer of some 100 KB, as wx.request hands it out: parsed. */
const longAnswer = () => ({
  items: Array.from({ length: 1024 }, (_, id) => ({ id, name: `item ${id}`, note: 'x'.repeat(66) }))
})

const shortAnswer = () => ({ data: { userInfo: { nickName: '小明', id: 7 } } })

export const steady = {
  'login: true': { login: true },
  'login: true, reading storage is free': { login: true, freeStorage: true },
  'login: false': { login: false },
  'login: true, promise': { login: true, promise: true },
  'login: true, 20 headers': { login: true, header: headers(20) },
  'login: true, 100 KB each way': {
    login: true,
    method: 'POST',
    data: 'x'.repeat(LONG_BODY),
    answer: longAnswer
  }
}

export const bursts = {
  '100 cold calls at once': { expired: false },
  '100 calls on an expired session at once': { expired: true }
}

/**
 * The function that makes the options of one call, as an app does: anew for each, with its own callbacks. A peer that
 * cannot log in gets the same call without `login`.
 */
export function optionsMaker({ login, header, method, data }, canSign, callbacks) {
  const fixed = { url: URL }
  if (login && canSign) fixed.login = true
  if (header) fixed.header = header
  if (method) Object.assign(fixed, { method, data })
  Object.assign(fixed, callbacks)
  return () => Object.assign({}, fixed)
}

export const answerOf = ({ answer = shortAnswer }) => answer()
