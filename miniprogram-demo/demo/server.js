// Asks the session server for what only its WeChat simulator can do.
const { direct } = require('./native-calls')
const language = require('./language')
const { baseUrl } = require('../config')

function ask(method, path, data) {
  const words = language.words().server
  return new Promise((resolve, reject) => {
    direct.request.call(wx, {
      url: `${baseUrl}/dev/${path}`,
      method,
      data,
      success(response) {
        if (response.statusCode === 200) resolve(response.data)
        else reject(new Error(words.noSimulator))
      },
      fail() {
        reject(new Error(words.unreachable(baseUrl)))
      }
    })
  })
}

const post = (path, data) => ask('POST', path, data || {})

module.exports = {
  code: (user) => post('code', { user }),
  checkSession: (user) => post('check-session', { user }),
  expireSession: (user) => post('expire', { user }),
  failOnce: () => post('fault', { path: '/user', kind: 'status500', count: 1 }),
  clearFaults: () => post('clear-faults'),
  refuseAlways: (on) => post('invalid-always', { on }),
  // What the server itself noted of one run: logins, requests that it served and refused.
  records: (run) => ask('GET', `records?run=${run}`)
}
