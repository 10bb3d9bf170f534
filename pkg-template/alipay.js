// Alipay's `my` in the words of `wx`: configure({ host: alipay(my) }).
//
// What differs is taken from Alipay's own typings, @mini-types/my 3.0.14: a code comes from getAuthCode, storage takes
// and answers objects, answers have `status` and `headers` as well as, in newer clients alone, `statusCode` and
// `header`, failures have `error` and `errorMessage`, an HTTP status from 400 on is failure 19. Alipay knows no
// checkSession: whether a session lives, the server says.
'use strict'

const HTTP_STATUS_ERROR = 19

module.exports = (my) => {
  const call = (callback, argument) => {
    if (callback) callback(argument)
  }
  /** A failure as wx tells it: `api:fail`, and the host's own words and number. */
  const failing = (api, options) => (error) => {
    const { error: code, errorMessage = '' } = error || {}
    const failure = { errMsg: `${api}:fail ${errorMessage}`.trim() }
    if (code !== undefined) failure.errCode = code
    call(options.fail, failure)
  }
  /** An answer as wx tells it. */
  const answering = (api, options) => (answer) => {
    const { status, headers, statusCode = status, header = headers } = answer
    const named = { statusCode, header: header || {}, cookies: [], errMsg: `${api}:ok` }
    // A download answers no status where all is well.
    if (statusCode === undefined) named.statusCode = 200
    if (answer.apFilePath) named.tempFilePath = answer.apFilePath
    call(options.success, Object.assign({}, answer, named))
  }
  const transfer = (api, options, more) => {
    const succeed = answering(api, options)
    const fail = failing(api, options)
    const given = Object.assign({}, options, more, {
      headers: options.header,
      success: succeed,
      fail(error) {
        // To wx, a server that answers has answered, whatever the status.
        if (error && error.error === HTTP_STATUS_ERROR && error.status) succeed(error)
        else fail(error)
      }
    })
    const task = my[api](given)
    return task && typeof task.abort === 'function' ? task : undefined
  }

  return {
    login(options) {
      my.getAuthCode({
        scopes: 'auth_base',
        success: ({ authCode }) => call(options.success, { code: authCode, errMsg: 'login:ok' }),
        fail: failing('login', options)
      })
    },
    checkSession: (options) => call(options.success, { errMsg: 'checkSession:ok' }),
    request: (options) => transfer('request', options),
    uploadFile(options) {
      const { name: fileName, fileType = 'image' } = options
      return transfer('uploadFile', options, { fileName, fileType })
    },
    downloadFile: (options) => transfer('downloadFile', options),

    getStorageSync: (key) => {
      const { data } = my.getStorageSync({ key })
      return data === null ? undefined : data
    },
    setStorageSync(key, data) {
      const { success, errorMessage } = my.setStorageSync({ key, data })
      // To wx, a value that was not stored is an exception; older clients answer nothing.
      if (success === false) throw new Error(`setStorageSync:fail ${errorMessage}`)
    },
    removeStorageSync: (key) => my.removeStorageSync({ key }),

    getLaunchOptionsSync: () => my.getLaunchOptionsSync(),

    connectSocket(options) {
      const task = my.connectSocket({
        multiple: true,
        url: options.url,
        header: options.header,
        protocols: options.protocols
      })
      return {
        send: ({ data, success, fail }) => task.send({ data, success, fail }),
        close: ({ code, reason, success, fail } = {}) => task.close({ code, reason, success, fail }),
        onOpen: (listener) => task.onOpen(() => listener({})),
        onMessage: (listener) => task.onMessage(({ data }) => listener({ data: data.data })),
        onClose: (listener) => task.onClose(() => listener({ code: 1006, reason: '' })),
        onError: (listener) =>
          task.onError(({ error }) => listener({ errMsg: `connectSocket:fail ${error}` }))
      }
    }
  }
}
