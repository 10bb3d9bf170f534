/**
 * The fake `wx`: one for the tests, the demo's timeline and the benchmarks of this repository, and for apps' own tests.
 *
 *   const clock = new VirtualClock()
 *   const server = new WaferServer({ clock })
 *   const fake = createWx({ clock, server, seed: 7 })
 *   fake.wx                          // give it to the code under test as its global `wx`
 *   fake.log                         // every host call in order: { seq, time, api, options, outcome,
 *                                    //   answeredAt, answer }; outcome: pending, success, fail, hang,
 *                                    //   throw, rubbish; options and answer are copies
 *   fake.calls('request', (options) => …), fake.count('login'), fake.count()   // count(): all host calls
 *                                    //   names that wx does not have throw: nobody counts a misspelt one
 *   fake.trace()                     // the log as short lines: 'login', 'request GET /user', …
 *   fake.trace('login', 'request')   // of these functions alone
 *   fake.resetLog()
 *
 * Faults, for each API: fake.fault('login', { kind, times, skip, when }) until `times` (default: for ever),
 * after letting `skip` matching calls pass, where `when(options)` says yes; returns { hits, remove() }.
 *   hang    never answers                                    | these strike before the call does anything,
 *   fail    answers { errMsg, errno } of the fault           | or, with `delivered: true`, after the server
 *   rubbish success gets `value` (fail, with `as: 'fail'`)   | or WeChat did what was asked
 *   throw   throws at once (`error`)
 *   twice   answers a second time after `gapMs` (`then: 'fail'`: as a failure)
 *   late    answers `ms` later than it would have
 * Synchronous APIs know `throw` and `rubbish`.
 *
 * Situations: setOffline(on), setStorageFull(on), interrupt(), background() and foreground(), tap(fn) (a user gesture,
 * which getUserProfile needs), person (what the user is and refuses), state.privacy { needed, agreed, declared },
 * dropSockets({ error }), openSockets(), listening(), files (a Map: path → bytes, for uploads and from downloads),
 * stored(key).
 *
 * Options of createWx: clock (VirtualClock or systemClock), seed, latency (`{ login: [min, max], …, default }` ms there
 * and back; one number for all; 0: answers come before the call returns, which no device does: for benchmarks), log
 * ('full' or 'counts': counts only and no copies), server or servers (`{ 'https://host': server }`; others are refused
 * as not in the domain list), wechat (default: the server's own), apis (`{ chooseMedia: (options) => result }`: further
 * functions of wx, which answer, are logged and fail as all others do; a name that ends in Sync answers at once),
 * storage (an object to copy, or a Map to share), user, rateLimit (4 a second, as WeChat counts; off by default), scene
 * (1154: single-page mode), privacy, libVersion, files, canIUse, onUncaught (default: what a callback throws is thrown
 * by the clock, and so fails the test that moves it).
 */
import { createAccount } from './account.mjs'
import { toBytes, toText } from './bytes.mjs'
import { Host, HostFailure, deepCopy } from './host.mjs'
import { createNetwork } from './network.mjs'
import { Random } from './random.mjs'
import { createSockets } from './socket.mjs'
import { createStorage } from './storage.mjs'
import { WeChat } from './wechat.mjs'

const SINGLE_PAGE_SCENE = 1154
const SUSPENDED_AFTER_MS = 5_000

/** Those that answer at once without `Sync` in their name. */
const SYNCHRONOUS_APIS = ['getApiCategory', 'getAppBaseInfo', 'canIUse']

/** Functions that do something on the screen and answer nothing but that they did. */
const WITHOUT_ANSWER = [
  'showToast',
  'hideToast',
  'showLoading',
  'hideLoading',
  'startPullDownRefresh',
  'stopPullDownRefresh',
  'navigateTo',
  'navigateBack',
  'redirectTo',
  'reLaunch',
  'switchTab',
  'setNavigationBarTitle'
]

/** What the log holds beside the functions of `wx`: those of its tasks and of its files. */
const LOGGED_BESIDE = [
  'RequestTask.abort',
  'UploadTask.abort',
  'DownloadTask.abort',
  'SocketTask.send',
  'SocketTask.close',
  'readFile',
  'getFileInfo'
]

/** The base library that brought each API or component attribute. */
const SINCE = {
  offAppShow: '2.1.2',
  offNetworkStatusChange: '2.9.3',
  getUserProfile: '2.10.4',
  getAppBaseInfo: '2.20.1',
  getPrivacySetting: '2.32.3',
  requirePrivacyAuthorize: '2.32.3',
  getApiCategory: '2.33.0',
  'button.open-type.getUserInfo': '1.3.0',
  'button.open-type.getPhoneNumber': '1.2.0',
  'button.open-type.chooseAvatar': '2.21.2',
  'input.type.nickname': '2.21.2'
}

const isSynchronous = (api) => api.endsWith('Sync') || SYNCHRONOUS_APIS.includes(api)

function isAtLeast(version, floor) {
  const parts = version.split('.').map(Number)
  for (const [index, part] of floor.split('.').map(Number).entries()) {
    if (parts[index] !== part) return parts[index] > part
  }
  return true
}

/** What the app asks about itself and its surroundings, and the small bits of user interface. */
function createSurroundings(host, { state, scene, libVersion, appid, canIUse, offers }) {
  const listeners = { NetworkStatusChange: [], AppShow: [] }
  const answer = (api, result) => (options) => host.call(api, options, () => result?.(options))
  const answerSync = (api, result) => () => host.callSync(api, undefined, result)
  const launchOptions = () => ({
    path: 'pages/index/index',
    query: {},
    scene,
    referrerInfo: {},
    apiCategory: state.singlePage ? 'browseOnly' : 'default'
  })
  const api = {
    getApiCategory: answerSync('getApiCategory', () => (state.singlePage ? 'browseOnly' : 'default')),
    getLaunchOptionsSync: answerSync('getLaunchOptionsSync', launchOptions),
    getEnterOptionsSync: answerSync('getEnterOptionsSync', launchOptions),
    getAccountInfoSync: answerSync('getAccountInfoSync', () => ({
      miniProgram: { appId: appid, envVersion: 'develop', version: '' }
    })),
    getSystemInfoSync: answerSync('getSystemInfoSync', () => ({
      SDKVersion: libVersion,
      language: 'zh_CN',
      platform: 'devtools',
      system: 'iOS 17.0',
      pixelRatio: 2,
      windowWidth: 375,
      windowHeight: 667
    })),
    getAppBaseInfo: answerSync('getAppBaseInfo', () => ({ SDKVersion: libVersion, language: 'zh_CN' })),
    getNetworkType: answer('getNetworkType', () => ({ networkType: state.offline ? 'none' : 'wifi' })),
    canIUse: (schema) =>
      host.callSync('canIUse', { schema }, () => {
        if (schema in canIUse) return canIUse[schema]
        return schema in SINCE ? isAtLeast(libVersion, SINCE[schema]) : offers(schema.split('.')[0])
      }),
    showModal: answer('showModal', () => ({ confirm: true, cancel: false })),
    nextTick: (callback) => host.clock.setTimeout(() => host.run(callback), 0)
  }
  for (const name of WITHOUT_ANSWER) api[name] = answer(name)
  for (const event of Object.keys(listeners)) {
    api[`on${event}`] = (listener) => {
      host.record(`on${event}`).outcome = 'success'
      listeners[event].push(listener)
    }
    api[`off${event}`] = (listener) => {
      host.record(`off${event}`).outcome = 'success'
      listeners[event] = listener ? listeners[event].filter((other) => other !== listener) : []
    }
  }
  const announce = (event, told) => {
    for (const listener of [...listeners[event]]) host.run(listener, told)
  }
  const listening = () => Object.values(listeners).reduce((sum, { length }) => sum + length, 0)
  return { api, announce, listening, launchOptions }
}

function describe({ api, options }) {
  if (api === 'request' || api === 'downloadFile' || api === 'uploadFile') {
    const path = String(options?.url).replace(/^https?:\/\/[^/]*/i, '') || '/'
    return api === 'request' ? `request ${options?.method ?? 'GET'} ${path}` : `${api} ${path}`
  }
  return api
}

export function createWx({
  clock,
  seed = 1,
  latency = {},
  log = 'full',
  server,
  servers,
  wechat = server?.wechat ?? new WeChat({ clock, seed }),
  apis = {},
  storage: initialStorage = {},
  user = {},
  rateLimit = false,
  scene = 1001,
  privacy = {},
  libVersion = '3.17.3',
  appid = 'wx0000000000000001',
  files: initialFiles = {},
  canIUse = {},
  onUncaught
}) {
  const random = new Random(seed)
  const host = new Host({ clock, random, latency, log, onUncaught })
  const state = {
    offline: false,
    suspended: false,
    inTap: false,
    storageFull: false,
    singlePage: scene === SINGLE_PAGE_SCENE,
    privacy: { needed: false, agreed: false, declared: true, ...privacy }
  }
  const serverFor = servers ? (origin) => servers[origin] : () => server
  const files = new Map(Object.entries(initialFiles).map(([path, content]) => [path, toBytes(content)]))

  const storage = createStorage(host, initialStorage, state)
  const account = createAccount(host, { wechat, user, state, rateLimit })
  const network = createNetwork(host, { serverFor, files, state })
  const sockets = createSockets(host, { serverFor, state })
  const offers = (name) => name in wx
  const surroundings = createSurroundings(host, { state, scene, libVersion, appid, canIUse, offers })

  const readFile = (options) =>
    host.call('readFile', options, () => {
      const { filePath, encoding } = options
      const bytes = files.get(filePath)
      if (!bytes) throw new HostFailure(`no such file or directory, open '${filePath}'`)
      return { data: encoding ? toText(bytes) : bytes.slice().buffer }
    })
  const getFileInfo = (options) =>
    host.call('getFileInfo', options, () => {
      const bytes = files.get(options.filePath)
      if (!bytes) throw new HostFailure('file not exist')
      return { size: bytes.length }
    })
  const fileSystem = { api: { getFileSystemManager: () => ({ readFile, getFileInfo }) } }

  const further = {}
  for (const [name, work] of Object.entries(apis)) {
    if (typeof work !== 'function') throw new TypeError(`apis.${name} is no function`)
    further[name] = isSynchronous(name)
      ? (...values) => host.callSync(name, values[0], () => work(...values))
      : (options) => host.call(name, options, () => work(options ?? {}))
  }

  const wx = Object.assign(
    {},
    storage.api,
    account.api,
    network.api,
    sockets.api,
    surroundings.api,
    fileSystem.api,
    further
  )
  /* Functions that this base library lacks are known all the same: a test may ask whether nobody called them. */
  const logged = new Set([...Object.keys(wx), ...LOGGED_BESIDE])
  const known = (api) => {
    if (logged.has(api)) return api
    throw new TypeError(`wx has no '${api}'; functions that the fake lacks are given by createWx({ apis })`)
  }
  for (const name of Object.keys(SINCE)) {
    if (name in wx && !isAtLeast(libVersion, SINCE[name])) delete wx[name]
  }

  let suspension
  return {
    wx,
    state,
    files,
    wechat,
    server,
    log: host.log,
    counts: host.counts,
    person: account.person,
    storage: storage.values,

    calls(api, matches = () => true) {
      known(api)
      return host.log.filter((entry) => entry.api === api && matches(entry.options ?? {}, entry))
    },
    count(api) {
      if (api !== undefined) return host.counts[known(api)] ?? 0
      return Object.values(host.counts).reduce((sum, count) => sum + count, 0)
    },
    trace(...apis) {
      apis.forEach(known)
      const entries = apis.length ? host.log.filter(({ api }) => apis.includes(api)) : host.log
      return entries.map(describe)
    },
    resetLog() {
      host.log.length = 0
      for (const api of Object.keys(host.counts)) delete host.counts[api]
    },

    fault(api, fault) {
      if (!(api in wx)) throw new TypeError(`wx has no '${api}'`)
      return host.fault(api, fault, { synchronous: isSynchronous(api) })
    },
    clearFaults: () => host.clearFaults(),

    /** A copy of what storage holds under `key`; undefined when nothing is there. */
    stored(key) {
      const serialised = storage.values.get(key)
      return serialised === undefined ? undefined : JSON.parse(serialised)
    },
    store: (key, value) => void storage.values.set(key, JSON.stringify(deepCopy(value))),

    setOffline(offline) {
      state.offline = offline
      if (offline) {
        network.interrupt('net::ERR_INTERNET_DISCONNECTED', 600001)
        sockets.drop({ error: true })
      }
      surroundings.announce('NetworkStatusChange', {
        isConnected: !offline,
        networkType: offline ? 'none' : 'wifi'
      })
    },
    /** Nothing more can be stored; what is there stays. */
    setStorageFull(full) {
      state.storageFull = full
    },
    interrupt: () => network.interrupt(),
    /** The user leaves the app; five seconds later what is in flight fails as interrupted. */
    background() {
      suspension = clock.setTimeout(() => {
        state.suspended = true
        network.interrupt()
      }, SUSPENDED_AFTER_MS)
    },
    foreground() {
      clock.clearTimeout(suspension)
      state.suspended = false
      surroundings.announce('AppShow', surroundings.launchOptions())
    },
    /** Runs `action` inside a user gesture. */
    tap(action) {
      state.inTap = true
      try {
        return action()
      } finally {
        state.inTap = false
      }
    },
    dropSockets: (options) => sockets.drop(options),
    /** How many sockets there are that have not closed, connecting ones among them. */
    openSockets: () => sockets.open.size,
    /** How many listeners wait for the network or the app. */
    listening: () => surroundings.listening()
  }
}
