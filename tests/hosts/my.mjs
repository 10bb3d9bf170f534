// @ts-check
/**
 * Alipay's `my` around the fake wx: the same WeChat, server and log of calls behind it, told in Alipay's words.
 * `old: true` leaves out what answers got later: `statusCode` and `header`. Typed by @mini-types/my (typings.test.mjs).
 */

/**
 * @typedef {Pick<typeof my, 'getAuthCode' | 'getStorageSync' | 'setStorageSync' | 'removeStorageSync' |
 *   'getLaunchOptionsSync' | 'request' | 'uploadFile' | 'downloadFile'>} My
 */

const NETWORK_ERROR = 12
const HTTP_STATUS_ERROR = 19

/** Callbacks alone are used here, not the promises that the typings also promise. */
const nothing = /** @type {any} */ (undefined)

/** @param {{ errMsg: string }} failure of wx */
const told = ({ errMsg }, error = NETWORK_ERROR) => ({
  error,
  errorMessage: errMsg.replace(/^\w+:fail ?/, '')
})

/**
 * @param {any} fake of ../../fake-wx/wx.mjs
 * @returns {My}
 */
export function createMy(fake, { old = false } = {}) {
  const { wx } = fake

  /** Hands an answer of wx on, to `success` below HTTP status 400 and to `fail` from there on. */
  const answering = (/** @type {any} */ options) => (/** @type {any} */ answer) => {
    const { data, statusCode, header } = answer
    const status = { status: statusCode, headers: header }
    if (statusCode >= 400) {
      return options.fail?.({ ...status, data, error: HTTP_STATUS_ERROR, errorMessage: 'http status error' })
    }
    options.success?.({ data, ...status, ...(old ? {} : { statusCode, header }) })
  }
  const failing = (/** @type {any} */ options) => (/** @type {any} */ failure) =>
    options.fail?.(told(failure))

  return {
    getAuthCode(options = {}) {
      wx.login({
        success: ({ code }) =>
          options.success?.({ authCode: code, authErrorScopes: {}, authSuccessScopes: ['auth_base'] }),
        fail: failing(options)
      })
      return nothing
    },
    getStorageSync: ({ key }) => ({ data: wx.getStorageSync(key) || null }),
    setStorageSync({ key, data }) {
      try {
        wx.setStorageSync(key, data)
        return { success: true }
      } catch (error) {
        return { success: false, error: 3, errorMessage: String(error) }
      }
    },
    removeStorageSync({ key }) {
      wx.removeStorageSync(key)
      return nothing
    },
    getLaunchOptionsSync: () => /** @type {any} */ ({ path: 'pages/index', query: {}, scene: '1000' }),
    request({ url, method, data, headers, timeout, dataType, ...options }) {
      const success = answering(options)
      return wx.request({
        url,
        method,
        data,
        header: headers,
        timeout,
        dataType,
        success,
        fail: failing(options)
      })
    },
    uploadFile({ url, filePath, name, fileName = name, headers, formData, ...options }) {
      return wx.uploadFile({
        url,
        filePath,
        name: fileName,
        header: headers,
        formData,
        success: ({ data, statusCode }) => options.success?.({ data, statusCode, header: {} }),
        fail: failing(options)
      })
    },
    downloadFile({ url, header, ...options }) {
      return wx.downloadFile({
        url,
        header,
        success: ({ tempFilePath }) =>
          options.success?.({ apFilePath: tempFilePath, tempFilePath, headers: {}, header: {} }),
        fail: failing(options)
      })
    }
  }
}
