'use strict'

exports.withLoading = (send, choices) => {
  const { title, mask, delayMs, host } = Object.assign(
    { title: '加载中', mask: false, delayMs: 300 },
    choices
  )
  let pending = 0
  let timer
  let isShown = false

  /** A host without the function, or whose function fails, keeps no call from being made. */
  const call = (api, options) => {
    try {
      const owner = host || wx
      owner[api](Object.assign({ fail() {} }, options))
    } catch (error) {
      // The call matters more than what tells of it.
    }
  }
  const begin = () => {
    pending += 1
    if (pending > 1) return
    timer = setTimeout(() => {
      isShown = true
      call('showLoading', { title, mask })
    }, delayMs)
  }
  const end = () => {
    pending -= 1
    if (pending) return
    clearTimeout(timer)
    if (isShown) call('hideLoading')
    isShown = false
  }

  const request = (options) => {
    const { complete } = options || {}
    // The package refuses what is no object or no function.
    if (typeof options !== 'object' || !options || (complete && typeof complete !== 'function'))
      return send(options)
    begin()
    try {
      return send(
        Object.assign({}, options, {
          complete(outcome) {
            end()
            if (complete) complete(outcome)
          }
        })
      )
    } catch (error) {
      end()
      throw error
    }
  }
  return Object.assign(request, send)
}
