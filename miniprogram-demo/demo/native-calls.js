// Stands between the SDK and wx for the sake of the demonstration: it counts the native calls that the SDK makes, and
// can take the network away. The demo's own calls go around it, by `direct`.
const WATCHED = [
  'login',
  'checkSession',
  'getUserInfo',
  'getUserProfile',
  'request',
  'uploadFile',
  'downloadFile',
  'getStorageSync',
  'setStorageSync',
  'removeStorageSync'
]
const NETWORK = ['login', 'request', 'uploadFile', 'downloadFile']

const direct = {}
let calls = []
let offline = false

function refuse(name, { fail, complete }) {
  const error = { errMsg: `${name}:fail net::ERR_INTERNET_DISCONNECTED`, errno: 600001 }
  setTimeout(() => {
    if (fail) fail(error)
    if (complete) complete(error)
  })
  return { abort() {} }
}

function watched(name) {
  return function (options) {
    calls.push(name)
    if (offline && NETWORK.includes(name)) return refuse(name, options)
    return direct[name].apply(wx, arguments)
  }
}

function watch() {
  WATCHED.filter((name) => typeof wx[name] === 'function').forEach((name) => {
    direct[name] = wx[name]
    try {
      Object.defineProperty(wx, name, { configurable: true, enumerable: true, value: watched(name) })
    } catch (error) {
      console.log(`这里的 wx.${name} 不能替换，它的调用不计入次数`)
    }
  })
}

module.exports = {
  watch,
  direct,
  setOffline(value) {
    offline = value
  },
  // The calls since the last time this was asked, as a count for each name.
  take() {
    const counts = {}
    calls.forEach((name) => {
      counts[name] = (counts[name] || 0) + 1
    })
    calls = []
    return counts
  }
}
