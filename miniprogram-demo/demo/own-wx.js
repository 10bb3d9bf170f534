// A wx of its own for one predecessor: its own WeChat user, who is simulated by the session server, and its own storage.
// It counts native calls as native-calls.js does, and tells what each call of the app led to.
const nativeCalls = require('./native-calls')
const server = require('./server')

// What a server of either family puts into a body that refuses the session.
const REFUSALS = ['ERR_INVALID_SESSION', 'ERR_SKEY_INVALID']
const NO_NETWORK = 'net::ERR_INTERNET_DISCONNECTED'

// The server logs in by the code alone, as it does for this SDK. Encrypted data, which another wx.login would make
// unreadable, is left out in the predecessor's favour.
const USER_DATA = { userInfo: { nickName: '微信用户', avatarUrl: '' }, encryptedData: '', iv: '' }

// `tell(kind, attempt)` hears of every native call, and of answers that say "expired". Attempt 0 is what a call of the
// app does first, attempt 1 what it does after the server refused it.
function createOwnWx(user, tell) {
  const storage = {}
  const state = { run: null, offline: false, calls: {} }
  let attempt = 0

  // The SDKs go on in callbacks, each of which belongs to the attempt of the call that it answers.
  function within(number, callback, argument) {
    const before = attempt
    attempt = number
    try {
      if (callback) callback(argument)
    } finally {
      attempt = before
    }
  }

  function count(name, kind) {
    state.calls[name] = (state.calls[name] || 0) + 1
    tell(kind || name, attempt)
  }

  function settle(name, options, work, kind) {
    count(name, kind)
    const mine = attempt
    const done = (number, callback, answer) => {
      within(number, callback, answer)
      within(number, options.complete, answer)
    }
    const fail = (reason) => done(mine, options.fail, { errMsg: `${name}:fail ${reason}` })
    if (state.offline && nativeCalls.NETWORK.indexOf(name) >= 0) setTimeout(() => fail(NO_NETWORK))
    else work((answer, isRefusal) => done(mine + (isRefusal ? 1 : 0), options.success, answer), fail, mine)
  }

  const asked = (name, work) => (options) =>
    settle(name, options, (succeed, fail) => {
      work().then(
        (answer) => succeed(Object.assign({ errMsg: `${name}:ok` }, answer)),
        (error) => fail(error.message)
      )
    })

  function request(options) {
    const isLogin = /\/login$/.test(options.url)
    const send = (succeed, fail, mine) => {
      const callbacks = {
        success(response) {
          const isRefusal = Boolean(response.data) && REFUSALS.indexOf(response.data.error) >= 0
          if (isRefusal) tell('expired', mine)
          succeed(response, isRefusal)
        },
        fail: ({ errMsg }) => fail(errMsg.replace(/^request:fail ?/, '')),
        complete() {}
      }
      nativeCalls.send('request', Object.assign({}, options, callbacks), state.run)
    }
    settle('request', options, send, isLogin ? 'login-request' : 'send')
  }

  const own = {
    getStorageSync(key) {
      count('getStorageSync')
      return key in storage ? storage[key] : ''
    },
    setStorageSync(key, value) {
      count('setStorageSync')
      storage[key] = value
    },
    removeStorageSync(key) {
      count('removeStorageSync')
      delete storage[key]
    },
    login: asked('login', () => server.code(user)),
    checkSession: asked('checkSession', () =>
      server
        .checkSession(user)
        .then(({ valid }) => (valid ? {} : Promise.reject(new Error('session is expired'))))
    ),
    getUserInfo: asked('getUserInfo', () => Promise.resolve(USER_DATA)),
    request
  }
  // The SDKs register socket handlers as soon as they are loaded, which is no call of the app.
  const sockets = ['onSocketOpen', 'onSocketMessage', 'onSocketClose', 'onSocketError']
  sockets.forEach((name) => {
    own[name] = () => {}
  })

  return {
    wx: own,
    setOffline(value) {
      state.offline = value
    },
    // The attempt of the call whose code is running.
    attempt: () => attempt,
    hasSession: () => Object.keys(storage).length > 0,
    begin(run) {
      state.run = run
      state.calls = {}
    },
    end() {
      const counts = state.calls
      state.run = null
      state.calls = {}
      return counts
    }
  }
}

module.exports = { createOwnWx }
