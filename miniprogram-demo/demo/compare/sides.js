// The SDKs that are compared. Each has a WeChat user of its own, and they do the same:
//   begin(run)      from now on what it does belongs to the run
//   end()           the native calls since then by name, and the timeline
//   request(options), forget()    the SDK's own `request` and `clearSession`
//   hasSession()    whether it holds a session
//   called(), answered({ served, answer })    the app tells what it did and got
const qcloud = require('wafer-client-wasm')
const nativeCalls = require('../native-calls')
const { createOwnWx } = require('../own-wx')
const { baseUrl, simulatedUser } = require('../../config')
const { Timeline } = require('./timeline')

const kindOf = ({ served, answer }) => (served ? 'success' : /^HTTP /.test(answer) ? 'answer' : 'fail')
const detailOf = ({ served, answer }) => (served ? '' : answer)

function thisSdk() {
  let timeline = null
  // How often the server has refused each call, by its number.
  let refusals = {}
  // For the SDK any answer of the business is a success; only the app knows what the answer was. What the SDK tells and
  // what the app tells come in the same order, one shortly after the other.
  let successes = []
  let answers = []

  function pair() {
    while (successes.length && answers.length) {
      const outcome = answers.shift()
      timeline.add(kindOf(outcome), Object.assign({ detail: detailOf(outcome) }, successes.shift()))
    }
  }

  const most = () => Object.keys(refusals).reduce((most, call) => Math.max(most, refusals[call]), 0)

  function note({ type, call, error }) {
    const attempt = call === undefined ? most() : refusals[call] || 0
    if (type === 'success') {
      successes.push({ call, attempt })
      pair()
    } else timeline.add(type, { call, attempt, detail: error })
    if (type === 'expired' || type === 'late-expiry') refusals[call] = attempt + 1
  }

  qcloud.onEvent((event) => timeline && note(event))
  return {
    name: 'wafer-client-wasm',
    user: simulatedUser,
    baseUrl,
    request: qcloud.request,
    forget: qcloud.clearSession,
    hasSession: () => qcloud.getSession() !== null,
    setOffline: nativeCalls.setOffline,
    // Events come once the SDK is at rest, which may be after the app has its answer.
    settled: () => new Promise((resolve) => setTimeout(resolve)),
    called() {},
    answered(outcome) {
      // A failure is in the timeline already: the SDK tells its code.
      if (!timeline || kindOf(outcome) === 'fail') return
      answers.push(outcome)
      pair()
    },
    begin(run) {
      timeline = new Timeline()
      refusals = {}
      successes = []
      answers = []
      nativeCalls.begin(run)
    },
    end() {
      const finished = { calls: nativeCalls.end(), timeline }
      timeline = null
      return finished
    }
  }
}

// `load` makes the SDK, as npm has it, on the wx that it is given.
function predecessor(name, version, load, address) {
  const user = `${simulatedUser}-${name}`
  let timeline = null
  const tell = (kind, attempt, detail) => timeline && timeline.add(kind, { attempt, detail })
  const own = createOwnWx(user, tell)
  const sdk = load(own.wx)
  sdk.setLoginUrl(`${address}/login`)
  return {
    name,
    version,
    user,
    baseUrl: address,
    request: sdk.request,
    forget: sdk.clearSession,
    hasSession: own.hasSession,
    setOffline: own.setOffline,
    settled: () => Promise.resolve(),
    called: () => tell('call', 0),
    answered: (outcome) => tell(kindOf(outcome), own.attempt(), detailOf(outcome)),
    begin(run) {
      timeline = new Timeline()
      own.begin(run)
    },
    end() {
      const finished = { calls: own.end(), timeline }
      timeline = null
      return finished
    }
  }
}

module.exports = {
  thisSdk,
  predecessors: () => [
    predecessor('wafer-client-sdk', '0.8.4', require('../../predecessors/wafer-client-sdk'), baseUrl),
    // Its family has other words for the same things; the server has both.
    predecessor(
      'wafer2-client-sdk',
      '2.1.0',
      require('../../predecessors/wafer2-client-sdk'),
      `${baseUrl}/wafer2`
    )
  ]
}
