// @ts-check
/**
 * Douyin's `tt` around the fake wx. `loggedIn: false` is a user who is not logged in to Douyin itself: `login` then
 * answers a code for the device alone. Typed by @douyin-microapp/typings (typings.test.mjs).
 */

/**
 * @typedef {Pick<typeof tt, 'login' | 'checkSession' | 'getStorageSync' | 'setStorageSync' | 'removeStorageSync' |
 *   'request' | 'getLaunchOptionsSync'>} Tt
 */

/**
 * @param {any} fake of ../../fake-wx/wx.mjs
 * @returns {Tt}
 */
export function createTt(fake, { loggedIn = true } = {}) {
  const { wx } = fake
  return {
    login(options = {}) {
      wx.login({
        ...options,
        success: ({ code }) =>
          options.success?.({
            code: loggedIn ? code : '',
            anonymousCode: `anonymous-${code}`,
            isLogin: loggedIn,
            errMsg: 'login:ok'
          })
      })
    },
    checkSession: wx.checkSession,
    getStorageSync: wx.getStorageSync,
    setStorageSync: wx.setStorageSync,
    removeStorageSync: wx.removeStorageSync,
    getLaunchOptionsSync: wx.getLaunchOptionsSync,
    request: wx.request
  }
}
