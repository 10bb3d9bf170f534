/**
 * The rows of the tables. A steady workload repeats one request, which the host answers inside the call. A burst makes
 * 100 requests at once in virtual time, against a server that knows one valid skey for each user.
 */
const LONG_BODY = 'x'.repeat(100 * 1024)

/**
 * A literal that is made once, like the common headers of an app. Engines keep an object that was put together name by
 * name in another form, which V8 copies eight times as slowly.
 */
const TWENTY = new Function(
  `return { ${Array.from({ length: 20 }, (_, index) => `'X-Trace-${index}': 'value ${index}'`).join(', ')} }`
)()

/** An answer of some 100 KB, as wx.request hands it out: parsed. */
const longAnswer = () => ({
  items: Array.from({ length: 1024 }, (_, id) => ({ id, name: `item ${id}`, note: 'x'.repeat(66) }))
})

const shortAnswer = () => ({ data: { userInfo: { nickName: '小明', id: 7 } } })

const USER = "url: 'https://api.example.com/user'"
const TWO_HEADERS = "header: { 'Content-Type': 'application/json', 'X-Trace': 'a1b2c3' }"

/**
 * Each row by its title. `options` is the literal that an app writes, without its callbacks.
 *
 *   login     the request carries the session
 *   promise   callers want a promise, also from peers that take callbacks
 *   complete  callers hand over `complete` as well
 *   uploads   `uploadFile` instead of `request`
 *   parses    reading the storage parses JSON
 *   answer    makes the body of the answers
 *   aside     what the row shows is not the SDK's time alone: it is not in the first table
 */
export const steady = {
  'login: true, no header': { login: true, options: `login: true, ${USER}` },
  'login: true, 2 headers': { login: true, options: `login: true, ${USER}, ${TWO_HEADERS}` },
  'login: true, 20 headers': { login: true, options: `login: true, ${USER}, header: TWENTY` },
  'login: false, 2 headers': { options: `${USER}, ${TWO_HEADERS}` },
  'promise, 2 headers': { login: true, promise: true, options: `login: true, ${USER}, ${TWO_HEADERS}` },
  'POST, 2 headers, all callbacks': {
    login: true,
    complete: true,
    options: `login: true, ${USER}, method: 'POST', data: { id: 7, tags: ['one', 'two'] }, ${TWO_HEADERS}`
  },
  'upload, 2 headers': {
    login: true,
    uploads: true,
    answer: () => '{"url":"https://api.example.com/files/1.png"}',
    options:
      "login: true, url: 'https://api.example.com/upload', filePath: 'wxfile://1.png', name: 'file', " +
      "header: { 'X-Trace': 'a1b2c3', 'X-Album': '7' }"
  },
  '100 KB each way': {
    login: true,
    aside: true,
    answer: longAnswer,
    options: `login: true, ${USER}, method: 'POST', data: LONG_BODY`
  },
  'login: true, 2 headers, storage parses JSON': {
    login: true,
    aside: true,
    parses: true,
    options: `login: true, ${USER}, ${TWO_HEADERS}`
  }
}

export const MAIN_WORKLOAD = 'login: true, 2 headers'

export const bursts = {
  '100 cold calls at once': { expired: false },
  '100 calls on an expired session at once': { expired: true }
}

/** A function that writes the options of one call, anew for each call as an app does, with these callbacks. */
export function optionsMaker({ options }, callbacks) {
  const given = Object.entries(callbacks).filter(([, callback]) => callback)
  const names = given.map(([name]) => name)
  const make = new Function(
    'TWENTY',
    'LONG_BODY',
    ...names,
    `return () => ({ ${[options, ...names].join(', ')} })`
  )
  return make(TWENTY, LONG_BODY, ...given.map(([, callback]) => callback))
}

export const answerOf = ({ answer = shortAnswer }) => answer()
