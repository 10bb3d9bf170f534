/**
 * The peers that are compared. Each is opened on a `wx` of its own and answers a client, whose functions take the
 * options of wx.request or wx.uploadFile:
 *
 *   client.request(options)   as its users call it: with callbacks, or a promise if it knows nothing else
 *   client.promise(options)   as its users get a promise from it
 *   client.upload(options)    uploads with the session, where the peer helps with that
 *
 * `session`: whether it logs in by itself. `callbacks`: whether `request` takes them. `speaks`: the protocol of the
 * server for which it was made. `completes`: whether it passes a `complete` of a workload's calls to wx. `uploads`:
 * whether it has `upload`.
 */
import { LOGIN_URL, SESSION } from './host.mjs'

/** The floor: no SDK at all. */
export const BARE = 'bare wx.request'
export const SIGNED = 'bare, headers merged'
export const OURS = 'wafer-client-wasm'
/** Another build of this package, to see the effect of a change. */
export const EARLIER = 'wafer-client-wasm, other build'
export const PREDECESSOR = 'wafer-client-sdk'

const asPromise = (request) => (options) =>
  new Promise((resolve, reject) => {
    options.success = resolve
    options.fail = reject
    request(options)
  })

/** A client whose `request` takes callbacks. */
const byCallbacks = (request, upload) => ({ request, promise: asPromise(request), upload })

/** A client that knows promises only. */
const byPromise = (request, upload) => ({ request, promise: request, upload })

const ours = {
  session: true,
  callbacks: true,
  speaks: 'wafer',
  uploads: true,
  async open(sdk) {
    sdk.setLoginUrl(LOGIN_URL)
    await sdk.ready()
    return byPromise(sdk.request, sdk.uploadFile)
  }
}

export const peers = {
  [BARE]: {
    session: false,
    callbacks: true,
    speaks: 'wafer',
    completes: ({ complete }) => complete,
    uploads: true,
    open: (_sdk, wx) =>
      byCallbacks(
        (options) => wx.request(options),
        (options) => wx.uploadFile(options)
      )
  },
  [SIGNED]: {
    session: false,
    callbacks: true,
    speaks: 'wafer',
    completes: ({ complete }) => complete,
    uploads: true,
    /** The least that can sign a request. It cannot log in. */
    open(_sdk, wx) {
      const session = { 'X-WX-Id': SESSION.id, 'X-WX-Skey': SESSION.skey }
      const sign = (options) =>
        Object.assign({}, options, { header: Object.assign({}, options.header, session) })
      return byCallbacks(
        (options) => wx.request(sign(options)),
        (options) => wx.uploadFile(sign(options))
      )
    }
  },
  [OURS]: ours,
  [EARLIER]: ours,
  [PREDECESSOR]: {
    session: true,
    callbacks: true,
    speaks: 'wafer',
    completes: ({ uploads }) => !uploads,
    uploads: true,
    open(sdk, wx) {
      sdk.setLoginUrl(LOGIN_URL)
      /** It has no uploads of its own; this is what its users write by hand. */
      const upload = (options) =>
        wx.uploadFile(
          Object.assign({}, options, { header: Object.assign({}, options.header, sdk.buildSessionHeader()) })
        )
      return byCallbacks(sdk.request, upload)
    }
  },
  'wafer2-client-sdk': {
    session: true,
    callbacks: true,
    speaks: 'wafer2',
    completes: () => true,
    logsIn: true,
    open(sdk) {
      sdk.setLoginUrl(LOGIN_URL)
      return byCallbacks(sdk.request)
    }
  },
  'miniprogram-network': {
    session: false,
    callbacks: false,
    speaks: 'wafer',
    uploads: true,
    open: ({ request, upload }) =>
      byPromise(
        ({ header, ...options }) => request({ ...options, headers: header }),
        ({ header, ...options }) => upload({ ...options, headers: header })
      )
  },
  'luch-request': {
    session: false,
    callbacks: false,
    speaks: 'wafer',
    completes: () => true,
    uploads: true,
    open({ default: Request }) {
      const http = new Request()
      return byPromise(
        (options) => http.request(options),
        ({ url, ...options }) => http.upload(url, options)
      )
    }
  },
  'axios-miniprogram': {
    session: false,
    callbacks: false,
    speaks: 'wafer',
    open: ({ default: axios }) =>
      byPromise(({ header, ...options }) => axios.request({ ...options, headers: header }))
  },
  alova: {
    session: false,
    callbacks: false,
    speaks: 'wafer',
    /** alova's adapters for mini-programs each come with a framework; this is the part of them that calls wx. */
    open({ createAlova }, wx) {
      const adapter = ({ url, type, data, headers }) => {
        let task
        const answered = new Promise((success, fail) => {
          task = wx.request({ url, method: type, data, header: headers, success, fail })
        })
        return {
          response: () => answered,
          headers: async () => (await answered).header,
          abort: () => task.abort()
        }
      }
      const client = createAlova({ requestAdapter: adapter, cacheFor: null, shareRequest: false })
      return byPromise(({ url, method, data, header }) =>
        client.Request({ url, method: method || 'GET', data, headers: header })
      )
    }
  }
}

/** Whether a peer can run a workload of workloads.mjs. */
export const canRun = (name, { uploads }) => !uploads || Boolean(peers[name].uploads)
