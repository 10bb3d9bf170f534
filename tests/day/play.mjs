/**
 * The packages themselves, playing the scripts that simulation/ plays with its models: one phone, a few calls, times that
 * are exactly known. What reached wx and the server is counted.
 *
 *   await play('wafer-client-sdk', { before: 'ended', calls: 4, apart: 0, … }) → { wxLogins, checks, … }
 *
 * `before`: nothing, good, ended (by the server), keyDropped (by WeChat). `trouble`: none, down (a gateway answers HTTP
 * 502), goodRefused (every session is refused). `full`: the storage takes nothing in. `perUser`: sessions of a user.
 */
import { readFileSync } from 'node:fs'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { startPredecessor } from '../../fake-wx/run/predecessors.mjs'
import { MAGIC, Wafer2Server, WaferServer } from '../../fake-wx/servers.mjs'
import { createWx } from '../../fake-wx/wx.mjs'

const ORIGIN = 'https://api.example.com'
const LOGIN_URL = `${ORIGIN}/login`
const USER_URL = `${ORIGIN}/user`
const USER = 'demo'
/** As in simulation/src/day/world: 30 ms each way, and what WeChat and jscode2session take beside. */
const LATENCY = { login: [160, 160], checkSession: [50, 50], getUserInfo: [50, 50], request: [60, 60] }
const EXCHANGE_MS = 100
const ENDS_MS = 600_000

const weRequestFile = new URL('we-request-1.8.1/weRequest.min.js', import.meta.url)
const weRequestSource = readFileSync(weRequestFile, 'utf8')

/** weRequest as its README has it initialised, for a server of the wafer family. */
function startWeRequest({ clock, ...options }) {
  const fake = createWx({ clock, ...options })
  const module = { exports: {} }
  const names = ['module', 'exports', 'wx', 'setTimeout', 'clearTimeout', 'Date', 'console']
  // It drops the promises that wx answers with.
  const quiet = (api) => (options) => fake.wx[api]({ fail() {}, ...options })
  const wx = { ...fake.wx, setStorage: quiet('setStorage'), removeStorage: quiet('removeStorage') }
  const values = [module, module.exports, wx, clock.setTimeout, clock.clearTimeout, clock.Date, {}]
  new Function(...names, weRequestSource)(...values)
  const weRequest = module.exports.default ?? module.exports
  weRequest.init({
    sessionName: 'session',
    codeToSession: {
      url: LOGIN_URL,
      success: ({ session }) => session && JSON.stringify(session)
    },
    beforeSend(options) {
      if (options.url === LOGIN_URL) options.header = { ...options.header, 'X-WX-Code': options.data.code }
      return options
    },
    setHeader() {
      const session = weRequest.getSession()
      if (!session) return {}
      const { id, skey } = JSON.parse(session)
      return { 'X-WX-Id': id, 'X-WX-Skey': skey }
    },
    loginTrigger: (body) => body?.error === 'ERR_INVALID_SESSION',
    successTrigger: (body) => !body?.[MAGIC]
  })
  return { fake, request: weRequest.request }
}

const byName = {
  'wafer-client-wasm': (options) => {
    const { qcloud, fake } = startApp({ environment: 'bare', ...options })
    qcloud.setLoginUrl(LOGIN_URL)
    return { fake, request: qcloud.request, ready: qcloud.ready }
  },
  weRequest: startWeRequest,
  'wafer-client-sdk': predecessor('wafer-client-sdk'),
  'wafer2-client-sdk': predecessor('wafer2-client-sdk')
}

function predecessor(name) {
  return (options) => {
    const { qcloud, fake } = startPredecessor(name, options)
    qcloud.setLoginUrl(LOGIN_URL)
    return { fake, request: qcloud.request }
  }
}

export const clients = Object.keys(byName)

/** The server, with its trouble in front of it. */
function serve(server, trouble) {
  const seen = { logins: 0, requests: 0, isOn: false }
  const handle = (request) => {
    const isLogin = request.url.startsWith(LOGIN_URL)
    seen[isLogin ? 'logins' : 'requests'] += 1
    if (seen.isOn && trouble === 'down') return { statusCode: 502, header: {}, data: '<html>' }
    const answer = server.handle(request)
    return isLogin ? { ...answer, delayMs: EXCHANGE_MS } : answer
  }
  return { handle, seen, wechat: server.wechat }
}

export async function play(name, { before, calls, apart, trouble, full, perUser }) {
  /* A phone reports what a predecessor throws in a callback of wx, and goes on. */
  const clock = new VirtualClock({ onUncaught() {} })
  const Server = name === 'wafer2-client-sdk' ? Wafer2Server : WaferServer
  const server = new Server({ clock, sessionsPerUser: perUser, checksLoginUserData: false })
  const { handle, seen, wechat } = serve(server, trouble)
  const storage = new Map()
  const start = async () => {
    const app = byName[name]({
      clock,
      server: { handle },
      wechat,
      storage,
      latency: LATENCY,
      user: { id: USER }
    })
    await clock.until(Promise.resolve(app.ready?.()))
    return app
  }
  if (before !== 'nothing') {
    const { request } = await start()
    request({ login: true, url: USER_URL, success() {}, fail() {} })
    await clock.runUntilIdle()
    if (before === 'ended') server.expire()
    if (before === 'keyDropped') server.wechat.expireSessionKey(USER)
  }
  const { fake, request } = await start()
  if (full) {
    for (const api of ['setStorage', 'setStorageSync']) {
      fake.fault(api, api.endsWith('Sync') ? { kind: 'throw' } : { kind: 'fail' })
    }
  }
  fake.resetLog()
  Object.assign(seen, { logins: 0, requests: 0, isOn: true })
  server.alwaysInvalid = trouble === 'goodRefused'
  const ended = { served: 0, failed: 0 }
  const call = () => {
    let isOver = false
    const end = (how) => () => {
      if (!isOver) ended[how] += 1
      isOver = true
    }
    const success = ({ statusCode = 200 } = {}) => end(statusCode < 400 ? 'served' : 'failed')()
    request({ login: true, url: USER_URL, success, fail: end('failed') })
  }
  for (let index = 0; index < calls; index++) clock.setTimeout(call, index * apart)
  await clock.advance(ENDS_MS)
  return {
    wxLogins: fake.count('login'),
    checks: fake.count('checkSession'),
    userInfos: fake.count('getUserInfo'),
    logins: seen.logins,
    requests: seen.requests,
    ...ended,
    hung: calls - ended.served - ended.failed
  }
}
