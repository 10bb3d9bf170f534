/**
 * What is compared. Each peer is opened on a host of its own and answers a client:
 *
 *   client.request(options)    as its users call it, callbacks or promise
 *   client.promise(options)    as its users get a promise from it
 *
 * `session`: whether it logs in by itself. `callbacks`: whether `request` takes them. `speaks`: the protocol of the
 * server it was made for. The options are those of wx.request; `translate` renames what a peer calls otherwise.
 */
import { SESSION_KEY } from '../../tests/wx/servers.mjs'

/** The floor: no SDK at all. */
export const BARE = 'bare wx.request'

export const LOGIN_URL = 'https://api.example.com/login'

const asPromise = (request) => (options) =>
  new Promise((resolve, reject) => request(Object.assign({}, options, { success: resolve, fail: reject })))

/** A client whose `request` takes callbacks. */
const byCallbacks = (request) => ({ request, promise: asPromise(request) })

/** A client that knows promises only. */
const byPromise = (request) => ({ request, promise: request })

const OURS = {
  session: true,
  callbacks: true,
  speaks: 'wafer',
  async open(sdk) {
    sdk.setLoginUrl(LOGIN_URL)
    await sdk.ready()
    return byPromise(sdk.request)
  }
}

export const peers = {
  [BARE]: {
    session: false,
    callbacks: true,
    speaks: 'wafer',
    /** The least that a signed request can cost: merge the headers, call wx. It cannot log in. */
    open(_sdk, { wx }) {
      const { id, skey } = wx.getStorageSync(SESSION_KEY)
      const sessionHeader = { 'X-WX-Id': id, 'X-WX-Skey': skey }
      return byCallbacks((options) => {
        const header = Object.assign({}, options.header, sessionHeader)
        return wx.request(Object.assign({}, options, { header }))
      })
    }
  },
  'wafer-client-wasm': OURS,
  'wafer-client-wasm, other build': OURS,
  'wafer-client-sdk': {
    session: true,
    callbacks: true,
    speaks: 'wafer',
    open(sdk) {
      sdk.setLoginUrl(LOGIN_URL)
      return byCallbacks(sdk.request)
    }
  },
  'wafer2-client-sdk': {
    session: true,
    callbacks: true,
    speaks: 'wafer2',
    open(sdk) {
      sdk.setLoginUrl(LOGIN_URL)
      return byCallbacks(sdk.request)
    }
  },
  'miniprogram-network': {
    session: false,
    callbacks: false,
    speaks: 'wafer',
    open: ({ request }) => byPromise(({ header, ...options }) => request({ ...options, headers: header }))
  },
  'luch-request': {
    session: false,
    callbacks: false,
    speaks: 'wafer',
    open({ default: Request }) {
      const http = new Request()
      return byPromise((options) => http.request(options))
    }
  },
  'axios-miniprogram': {
    session: false,
    callbacks: false,
    speaks: 'wafer',
    open: ({ default: axios }) =>
      byPromise(({ header, ...options }) => axios.request({ ...options, headers: header }))
  }
}
