/** From wafer2-client-sdk 2.1: loginWithCode is login, Session is getSession and clearSession. */
import assert from 'node:assert/strict'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, USER_URL, WAFER2, comparing, outcome } from './clients.mjs'

const { same, differs } = comparing(WAFER2)

/** What the app wrote before, and what it writes now. */
const loginWithCode = (client, callbacks) =>
  client.isOld ? client.qcloud.loginWithCode(callbacks) : client.qcloud.login(callbacks)
const getSession = ({ isOld, qcloud }) => (isOld ? qcloud.Session.get() : qcloud.getSession())

same('loginWithCode, now login, sends the code alone and answers the user', async (client) => {
  let user
  loginWithCode(client, { success: (userInfo) => (user = userInfo) })
  await client.idle()
  const [{ options }] = client.fake.calls('request', ({ url }) => url === LOGIN_URL)
  return [Object.keys(options.header), options.method, Object.keys(user)]
})

same('Session.get, now getSession, answers userinfo, skey and time', async (client) => {
  const before = getSession(client)
  await client.warm()
  const { userinfo, skey, time } = getSession(client)
  const stored = client.fake.stored(SESSION_KEY)
  assert.deepEqual(
    [stored.userinfo, stored.skey, stored.time],
    [JSON.parse(JSON.stringify(userinfo)), skey, time]
  )
  return [before, userinfo, typeof skey, time]
})

same('a request sends the skey and is renewed when the skey is refused', async (client) => {
  await client.warm()
  client.server.expire()
  const calls = await client.call()
  const headers = client.fake
    .calls('request', ({ url }) => url === USER_URL)
    .map(({ options }) => Object.keys(options.header))
  return [outcome(calls), headers.slice(-1)]
})

same('an answer of HTTP 401 is an expiry', async (client) => {
  let answers = 0
  client.server.route('/401', () =>
    (answers += 1) === 1 ? { statusCode: 401, data: {} } : { data: { code: 0 } }
  )
  return [outcome(await client.call({ url: `${ORIGIN}/401` })), answers]
})

same('clearSession ends the session', async (client) => {
  await client.warm()
  client.qcloud.clearSession()
  return [getSession(client), client.fake.stored(SESSION_KEY) ?? null]
})

differs(
  'wafer2-names',
  'loginWithCode and Session are not exported',
  ({ qcloud }) => [typeof qcloud.loginWithCode, typeof qcloud.Session],
  {
    before: ['function', 'object'],
    now: ['undefined', 'undefined']
  }
)

differs(
  'checked-once',
  'wafer2: a warm request does not log in again',
  async (client) => {
    await client.warm()
    await client.call()
    return client.fake.count('login')
  },
  { before: 1, now: 0 }
)

differs(
  'wafer2-errors',
  'code -1 with an error of its own is the app’s answer, not an expiry',
  async (client) => {
    client.server.route('/failed', () => ({ data: { code: -1, error: 'SOLD_OUT' } }))
    const calls = await client.call({ url: `${ORIGIN}/failed` })
    return [outcome(calls)[0], getSession(client) !== null]
  },
  { before: ['fail SOLD_OUT', false], now: ['success', true] }
)

differs(
  'wafer2-errors',
  'a failed login is a LoginError with a type',
  async (client) => {
    client.server.login = () => ({ data: { code: -1, error: '缺少用户' } })
    const [[name, error]] = await client.call()
    return [name, error.type ?? null]
  },
  { before: ['fail', null], now: ['fail', 'ERR_LOGIN_FAILED'] }
)

differs(
  'deadlines',
  'wafer2: wx.login that fails is told',
  async (client) => {
    client.fake.fault('login', { kind: 'fail' })
    return outcome(await client.call())
  },
  { before: [], now: ['fail ERR_WX_LOGIN_FAILED', 'complete ERR_WX_LOGIN_FAILED'] }
)
