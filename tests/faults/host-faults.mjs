/** Every API of wx that the SDK uses, each in every way in which it can fail, in every state of the session. */
import assert from 'node:assert/strict'
import { world } from './world.mjs'

const PIXEL = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
    'base64'
  )
)

const isLogin = ({ url }) => url.endsWith('/login')
const isCall = ({ url }) => !isLogin({ url })

const request = (phone, callbacks, more) =>
  phone.qcloud.request({ url: '/user', login: true, ...more, ...callbacks })
const upload = (phone, callbacks) =>
  phone.qcloud.uploadFile({
    url: '/avatar',
    login: true,
    filePath: 'wxfile://face.png',
    name: 'avatar',
    ...callbacks
  })
const download = (phone, callbacks) =>
  phone.qcloud.downloadFile({ url: '/download/report', login: true, ...callbacks })
const withUserInfo = (phone, callbacks) => request(phone, callbacks, { withUserInfo: true })
const profile = (phone, callbacks) =>
  phone.fake.tap(() => phone.qcloud.getUserProfile({ desc: '用于展示昵称', ...callbacks }))

/** A tunnel as a call: connected, or an error's number. */
function tunnel(phone, { success, fail, complete }) {
  const opened = new phone.qcloud.Tunnel(`${phone.origin}/tunnel`)
  const end = (tell, value) => {
    opened.close()
    tell(value)
    complete(value)
  }
  opened.on('connect', () => end(success))
  opened.on('error', ({ code }) => end(fail, { type: String(code) }))
  opened.open()
}

/** What wx does wrong: the fault as the fake has it. */
const ASYNCHRONOUS = {
  nothing: undefined,
  fails: { kind: 'fail', errMsg: 'system error' },
  throws: { kind: 'throw' },
  hangs: { kind: 'hang' },
  'answers twice': { kind: 'twice', gapMs: 500 },
  'answers 2 s late': { kind: 'late', ms: 2000 },
  'answers rubbish': { kind: 'rubbish', value: 'rubbish' }
}
const SYNCHRONOUS = {
  nothing: undefined,
  throws: { kind: 'throw' },
  'answers rubbish': { kind: 'rubbish', value: { rubbish: true } },
  'answers nothing': { kind: 'rubbish', value: undefined }
}

/** The same for an API that the fake lets nobody strike: what takes the API's place. */
const REPLACED = {
  nothing: undefined,
  throws() {
    throw new Error('out of order')
  },
  'answers nothing': () => undefined
}

/** The same for a function of wx.getFileSystemManager: what takes its place; `later` waits by the phone's clock. */
const OF_FILES = {
  nothing: undefined,
  fails: (real, { fail }) => fail({ errMsg: 'system error' }),
  throws() {
    throw new Error('out of order')
  },
  hangs() {},
  'answers twice'(real, options) {
    real(options)
    real(options)
  },
  'answers 2 s late': (real, options, later) => later(() => real(options), 2000),
  'answers rubbish': (real, { success }) => success('rubbish')
}

/** A base library from before wx.getApiCategory. */
const OLD = { libVersion: '2.14.0' }

/** tests/client/tunnel-lost.test.mjs tests what becomes of a socket later. */
const { 'answers twice': _twice, 'answers 2 s late': _late, ...SOCKET } = ASYNCHRONOUS

/** The APIs, by the rows' names: which one, of which requests, and the call that meets it. */
export const APIS = {
  'wx.login': { api: 'login' },
  'wx.checkSession': { api: 'checkSession' },
  'wx.request (login)': { api: 'request', when: isLogin },
  'wx.request (call)': { api: 'request', when: isCall },
  'wx.uploadFile': { api: 'uploadFile', make: upload },
  'wx.downloadFile': { api: 'downloadFile', make: download },
  'wx.getUserInfo': { api: 'getUserInfo', make: withUserInfo },
  'wx.getUserProfile': { api: 'getUserProfile', make: profile },
  'wx.connectSocket': { api: 'connectSocket', make: tunnel, faults: SOCKET },
  'wx.getStorageSync': { api: 'getStorageSync', faults: SYNCHRONOUS },
  'wx.setStorageSync': { api: 'setStorageSync', faults: SYNCHRONOUS },
  'wx.removeStorageSync': { api: 'removeStorageSync', faults: SYNCHRONOUS },
  'wx.getApiCategory': { api: 'getApiCategory', faults: SYNCHRONOUS },
  'wx.getLaunchOptionsSync': { api: 'getLaunchOptionsSync', faults: SYNCHRONOUS, options: OLD },
  'wx.getFileSystemManager': { api: 'getFileSystemManager', faults: REPLACED, make: download },
  'FileSystemManager.getFileInfo': { api: 'getFileInfo', faults: OF_FILES, make: download },
  'FileSystemManager.readFile': { api: 'readFile', faults: OF_FILES, make: download },
  'wx.onNetworkStatusChange': { api: 'onNetworkStatusChange', faults: REPLACED, make: tunnel },
  'wx.offNetworkStatusChange': { api: 'offNetworkStatusChange', faults: REPLACED, make: tunnel },
  'wx.onAppShow': { api: 'onAppShow', faults: REPLACED, make: tunnel },
  'wx.offAppShow': { api: 'offAppShow', faults: REPLACED, make: tunnel }
}

/** How the session stands when the call is made: brings a phone there, once `strike` has armed the fault. */
export const STATES = {
  async cold(start, strike) {
    const phone = start()
    await strike(phone)
    return phone
  },
  async warm(start, strike) {
    const phone = await loggedIn(start)
    await strike(phone)
    return phone
  },
  async expired(start, strike, { expire }) {
    const phone = await loggedIn(start)
    await expire()
    await strike(phone)
    return phone
  },
  async 'next launch'(start, strike) {
    const first = await loggedIn(start)
    first.close()
    const phone = start({ storage: first.fake.storage })
    await strike(phone)
    return phone
  },
  async 'logging in'(start, strike) {
    const phone = start()
    await strike(phone)
    // Another call has begun it.
    phone.qcloud.request({ url: '/user', login: true, success() {}, fail() {} })
    await phone.run(() => phone.fake.count('login') > 0)
    return phone
  }
}

async function loggedIn(start) {
  const phone = start()
  const { said } = await phone.call((callbacks) => request(phone, callbacks))
  assert.equal(said, 'answer')
  return phone
}

let people = 0

/**
 * One cell: what became of a call, after which all is well again and the next call has to work.
 *
 * @param {object} fault
 * @param {object} [fault.options] of startApp
 * @param {Function} [fault.make] makes the call: (phone, callbacks)
 * @param {Function} [fault.strike] lets something go wrong from now on: (phone)
 * @param {Function} [fault.meanwhile] what happens once the call is made: (phone)
 * @param {Function} [fault.mend] ends it: (phone)
 */
export async function meet(server, name, state, { options, make = request, strike, meanwhile, mend }) {
  const user = { id: `faults-${++people}`, anonymous: false }
  const files = { 'wxfile://face.png': PIXEL }
  const start = (more) => world(server, { user, files, ...options, ...more })
  const expire = () => server.dev('expire', { user: user.id })
  const phone = await STATES[state](start, async (struck) => strike?.(struck), { expire })
  const isWarm = state === 'warm'
  const { skey } = isWarm ? phone.qcloud.getSession() : {}
  const cell = await phone.call((callbacks) => make(phone, callbacks), meanwhile && (() => meanwhile(phone)))
  phone.fake.clearFaults()
  await mend?.(phone)
  // This is longer than the wait after a failed login, and than what was given up takes to come all the same.
  await phone.pass(61_000)
  const next = await phone.call((callbacks) => request(phone, callbacks))
  const where = `${name}, ${state}`
  assert.equal(next.said, 'answer', `${where}: the next call`)
  if (isWarm)
    assert.equal(phone.qcloud.getSession().skey, skey, `${where}: a session that was not refused stays`)
  const isToBeKept = isWarm || (cell.said === 'answer' && state !== 'expired')
  if (isToBeKept) assert.equal(next.logins, 0, `${where}: the session that was there is kept`)
  assert.ok(cell.logins + next.logins <= 2, `${where}: ${cell.logins} and ${next.logins} logins`)
  assert.ok(cell.requests <= 2, `${where}: ${cell.requests} requests`)
  phone.close()
  return cell
}

/** All cells of rows: [what it happens to, what happens, cells by state]. */
export async function cellsOf(server, rows) {
  const results = []
  for (const [name, does, fault] of rows) {
    const cells = {}
    for (const state of Object.keys(STATES))
      cells[state] = await meet(server, `${name} ${does}`, state, fault)
    results.push([name, does, cells])
  }
  return results
}

/** Lets an API of a phone's wx fail. */
function strikeApi(phone, api, when, fault) {
  if (fault && Object.values(OF_FILES).includes(fault)) strikeFiles(phone, api, fault)
  else if (typeof fault === 'function') phone.wx[api] = fault
  else if (fault) phone.fake.fault(api, { when, ...fault })
}

function strikeFiles(phone, api, fault) {
  const { getFileSystemManager } = phone.wx
  phone.wx.getFileSystemManager = () => {
    const manager = getFileSystemManager()
    return { ...manager, [api]: (options) => fault(manager[api], options, phone.clock.setTimeout) }
  }
}

/** The rows of the APIs of wx. */
export const hostRows = Object.entries(APIS).flatMap(
  ([name, { api, when, make, options, faults = ASYNCHRONOUS }]) =>
    Object.entries(faults).map(([does, fault]) => [
      name,
      does,
      { options, make, strike: (phone) => strikeApi(phone, api, when, fault) }
    ])
)
