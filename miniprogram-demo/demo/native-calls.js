// Stands between the SDK and wx for the sake of the demonstration: it counts the native calls that the SDK makes, marks
// its requests with the run that they belong to, and can take the network away. The demo's own calls go around it, by
// `direct`.
const { baseUrl } = require('../config')

const REQUESTS = ['request', 'uploadFile', 'downloadFile']
const NETWORK = REQUESTS.concat('login')

// All that a session client may ask of its host. Each call of one of these is one native call.
const COUNTED = NETWORK.concat([
  'checkSession',
  'getUserInfo',
  'getUserProfile',
  'getStorageSync',
  'setStorageSync',
  'removeStorageSync',
  'getApiCategory',
  'getLaunchOptionsSync',
  'getEnterOptionsSync',
  'onNetworkStatusChange',
  'offNetworkStatusChange',
  'onAppShow',
  'offAppShow',
  'onAppHide',
  'offAppHide',
  'connectSocket',
  'closeSocket',
  'sendSocketMessage'
])

// The server keeps records of each run (see `runs` in server.js).
const RUN_HEADER = 'X-Demo-Run'

const direct = {}
let calls = []
let run = null
let offline = false

function refuse(name, { fail, complete }) {
  const error = { errMsg: `${name}:fail net::ERR_INTERNET_DISCONNECTED`, errno: 600001 }
  setTimeout(() => {
    if (fail) fail(error)
    if (complete) complete(error)
  })
  return { abort() {} }
}

function marked(options, name) {
  if (!name) return options
  return Object.assign({}, options, { header: Object.assign({}, options.header, { [RUN_HEADER]: name }) })
}

// A server on the same machine answers faster than any phone's network. So its answers are delayed by what a good
// mobile network takes, whichever SDK has asked.
const isLocal = /^https?:\/\/(127\.0\.0\.1|localhost)(:|\/|$)/.test(baseUrl)
const latency = () => (isLocal ? 60 + Math.random() * 60 : 0)

function asOverMobileNetwork(options) {
  const ms = latency()
  const delayed = {}
  ;['success', 'fail', 'complete'].forEach((name) => {
    const callback = options[name]
    if (callback) delayed[name] = (answer) => setTimeout(() => callback(answer), ms)
  })
  return Object.assign({}, options, delayed)
}

// Sends what an SDK has asked for, as part of a run.
const send = (name, options, ofRun) => direct[name].call(wx, asOverMobileNetwork(marked(options, ofRun)))

function watched(name) {
  return function (options) {
    calls.push(name)
    if (offline && NETWORK.indexOf(name) >= 0) return refuse(name, options)
    if (REQUESTS.indexOf(name) >= 0) return send(name, options, run)
    return direct[name].apply(wx, arguments)
  }
}

function replace(host, name, value) {
  try {
    Object.defineProperty(host, name, { configurable: true, enumerable: true, value })
  } catch (error) {
    console.log(`${name} 在这里不能替换，它的调用不计入次数`)
  }
}

function watch() {
  COUNTED.filter((name) => typeof wx[name] === 'function').forEach((name) => {
    direct[name] = wx[name]
    replace(wx, name, watched(name))
  })
  if (typeof WXWebAssembly === 'undefined') return
  const instantiate = WXWebAssembly.instantiate
  replace(WXWebAssembly, 'instantiate', function () {
    calls.push('WXWebAssembly.instantiate')
    return instantiate.apply(WXWebAssembly, arguments)
  })
}

module.exports = {
  NETWORK,
  COUNTED,
  send,
  watch,
  direct,
  setOffline(value) {
    offline = value
  },
  // From now on calls belong to this run; null for none.
  begin(name) {
    run = name
    calls = []
  },
  // The calls since the run began, as a count for each name.
  end() {
    const counts = {}
    calls.forEach((name) => {
      counts[name] = (counts[name] || 0) + 1
    })
    run = null
    calls = []
    return counts
  }
}
