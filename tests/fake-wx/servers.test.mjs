import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { BearerServer, MAGIC, Wafer2Server, WaferServer } from '../../fake-wx/servers.mjs'

const ORIGIN = 'https://api.example.com'

function start(Server = WaferServer, options = {}) {
  const clock = new VirtualClock()
  const server = new Server({ clock, ...options })
  const ask = (path, header = {}, rest = {}) =>
    server.handle({ url: ORIGIN + path, origin: ORIGIN, header, ...rest })
  return { clock, server, ask }
}

/** Logs `user` in to a wafer server and answers the session headers. */
function login({ server, ask }, user = 'demo') {
  const { session } = ask('/login', { 'X-WX-Code': server.wechat.code(user) }).data
  return { 'X-WX-Id': session.id, 'X-WX-Skey': session.skey }
}

test('a wafer login answers a session with the user, whose headers then open every session path', () => {
  const app = start()
  const header = login(app)
  assert.equal(app.ask('/user', header).data.data.userInfo.nickName, '新用户')
  assert.deepEqual(app.ask('/echo', header, { method: 'POST', data: 'x' }).data.data.body, 'x')
  assert.equal(app.server.records.logins, 1)
  assert.equal(app.server.records.ok, 2)
})

test('header names are matched without regard to case', () => {
  const app = start()
  const header = login(app)
  const lower = Object.fromEntries(Object.entries(header).map(([name, value]) => [name.toLowerCase(), value]))
  assert.ok(app.ask('/user', lower).data.data)
})

test('with one session a user a login ends the earlier one; with many it does not; others are untouched', () => {
  for (const [sessionsPerUser, stillLive] of [
    ['one', false],
    ['many', true]
  ]) {
    const app = start(WaferServer, { sessionsPerUser })
    const other = login(app, 'somebody else')
    const first = login(app)
    const second = login(app)
    const isLive = (header) => app.ask('/user', header).data.data !== undefined
    assert.deepEqual([isLive(first), isLive(second), isLive(other)], [stillLive, true, true])
  }
})

test('expired, unknown and always-invalid sessions get ERR_INVALID_SESSION; none at all, ERR_CHECK_LOGIN_FAILED', async () => {
  const app = start(WaferServer, { ttlMs: 1_000 })
  const errorOf = (header) => app.ask('/user', header).data.error
  const header = login(app)
  assert.equal(errorOf(header), undefined)
  await app.clock.advance(1_000)
  assert.equal(errorOf(header), 'ERR_INVALID_SESSION')
  const renewed = login(app)
  app.server.alwaysInvalid = true
  assert.equal(errorOf(renewed), 'ERR_INVALID_SESSION')
  app.server.alwaysInvalid = false
  assert.equal(errorOf(renewed), undefined)
  app.server.expire('demo')
  assert.equal(errorOf(renewed), 'ERR_INVALID_SESSION')
  assert.equal(errorOf({}), 'ERR_CHECK_LOGIN_FAILED')
  assert.deepEqual(
    app.server.records.list.map(({ outcome }) => outcome),
    ['login', 'ok', 'expired', 'login', 'expired', 'ok', 'expired', 'no credential']
  )
})

test('a used code, a missing code and session headers at the login are noticed', () => {
  const app = start()
  const code = app.server.wechat.code('demo')
  app.ask('/login', { 'X-WX-Code': code, 'X-WX-Id': 'a', 'X-WX-Skey': 'b' })
  const refused = app.ask('/login', { 'X-WX-Code': code })
  assert.equal(refused.data[MAGIC], 1)
  assert.match(refused.data.message, /40163/)
  assert.match(app.ask('/login').data.message, /41008/)
  const { loginAttempts, logins, loginsRefused, loginsWithSession } = app.server.records
  assert.deepEqual([loginAttempts, logins, loginsRefused, loginsWithSession], [3, 1, 2, 1])
})

test('encrypted data updates the user under the session_key of the session, and is refused under another', () => {
  const app = start()
  const { wechat } = app.server
  const header = login(app)
  const data = wechat.userData('demo', { nickName: '小红', avatarUrl: 'https://a/1.png' })
  const update = { 'X-WX-Encrypted-Data': data.encryptedData, 'X-WX-IV': data.iv }
  assert.equal(app.ask('/user', { ...header, ...update }).data.data.userInfo.nickName, '小红')
  const renewed = login(app)
  assert.equal(app.ask('/user', { ...renewed, ...update }).data[MAGIC], 1)
  assert.equal(app.server.records.undecryptable, 1)
  assert.ok(app.ask('/user', renewed).data.data, 'the session lives on')
})

test('a server that insists on user data refuses a bare code, and leaves userInfo to the client', () => {
  const app = start(WaferServer, { loginMode: 'code+userInfo' })
  const { wechat } = app.server
  assert.match(app.ask('/login', { 'X-WX-Code': wechat.code('demo') }).data.message, /missing/)
  const code = wechat.code('demo')
  const { encryptedData, iv } = wechat.userData('demo', { nickName: '小红' })
  const { data } = app.ask('/login', {
    'X-WX-Code': code,
    'X-WX-Encrypted-Data': encryptedData,
    'X-WX-IV': iv
  })
  assert.deepEqual(Object.keys(data.session), ['id', 'skey'])
})

test('wafer2 takes the skey alone and speaks code and data', () => {
  const { server, ask } = start(Wafer2Server)
  const { data } = ask('/login', { 'X-WX-Code': server.wechat.code('demo') })
  assert.equal(data.code, 0)
  assert.deepEqual(Object.keys(data.data), ['userinfo', 'skey', 'time'])
  assert.equal(ask('/user', { 'X-WX-Skey': data.data.skey }).data.code, 0)
  assert.deepEqual(ask('/user', { 'X-WX-Skey': 'other' }).data, { code: -1, error: 'ERR_SKEY_INVALID' })
})

test('a Bearer server answers 401 to an expired token', () => {
  const { server, ask } = start(BearerServer)
  const { data } = ask(
    '/login',
    {},
    { method: 'POST', data: JSON.stringify({ code: server.wechat.code('demo') }) }
  )
  const header = { Authorization: `Bearer ${data.token}` }
  assert.equal(ask('/user', header).statusCode, 200)
  server.expire()
  assert.equal(ask('/user', header).statusCode, 401)
  assert.equal(ask('/login', {}, { method: 'POST', data: 'not JSON' }).statusCode, 400)
})

test('paths can be added, with and without a session; unknown ones are 404', () => {
  const app = start()
  app.server.route('/open', () => ({ data: 'open' }))
  app.server.route('/closed', (request, session) => ({ data: session.user }), { session: true })
  assert.equal(app.ask('/open').data, 'open')
  assert.equal(app.ask('/closed').data.error, 'ERR_CHECK_LOGIN_FAILED')
  assert.equal(app.ask('/closed', login(app)).data, 'demo')
  assert.equal(app.ask('/nowhere').statusCode, 404)
})
