/** Guarantee 9: a user keeps their login across the upgrade from an earlier SDK; garbage is no session. */
import assert from 'node:assert/strict'
import { SESSION_KEY, Wafer2Server, WaferServer } from '../../fake-wx/servers.mjs'
import { story } from './stories.mjs'

const USER_INFO = { nickName: '小明', avatarUrl: 'https://api.example.com/xiaoming.png' }

/** What each earlier SDK left in the storage, of a session that its server still knows. */
const EARLIER = {
  'wafer-client-sdk': ['wafer', ({ id, skey }) => ({ id, skey, userInfo: USER_INFO })],
  'the code-only fork': [
    'wafer',
    ({ id, skey }) => ({ id, skey, userInfo: USER_INFO, openId: 'o1', create_time: '2018-01-01 00:00:00' })
  ],
  'a wafer server with numbers as ids': [
    'wafer',
    ({ id, skey }) => ({ id: Number.parseInt(id, 16) % 1e9, skey })
  ],
  'wafer2-client-sdk 2.x': ['wafer2', ({ skey }) => ({ userinfo: USER_INFO, skey, time: 1_526_000_000 })],
  'wafer2-client-sdk 2.x on PHP': ['wafer2', ({ skey }) => ({ userinfo: USER_INFO, skey })],
  'wafer2-client-sdk 1.x': ['wafer2', ({ skey }) => skey]
}

for (const [sdk, [protocol, stored]] of Object.entries(EARLIER)) {
  story(`the session of ${sdk} is used: no login`, async ({ startWarm, start }) => {
    const Server = protocol === 'wafer' ? WaferServer : Wafer2Server
    const first = await startWarm({ Server, configuration: { protocol } })
    const [session] = first.server.sessions.values()
    const value = stored(session)
    if (value.id) session.id = value.id
    const app = start({
      server: first.server,
      storage: { [SESSION_KEY]: value },
      configuration: { protocol }
    })
    assert.equal(app.qcloud.getSession().skey, session.skey)
    assert.deepEqual(await app.settled([app.call(), app.call()]), ['success', 'success'])
    assert.equal(app.fake.count('login'), 0)
    assert.deepEqual(app.fake.stored(SESSION_KEY), value)
    if (value.userinfo || value.userInfo) {
      assert.deepEqual(app.copy(app.qcloud.getSession().userInfo), USER_INFO)
    }
  })
}

story(
  'what is stored has the shape that the earlier SDKs read, so that a downgrade works too',
  async ({ startWarm }) => {
    const wafer = await startWarm()
    const { id, skey, userInfo } = wafer.fake.stored(SESSION_KEY)
    assert.equal(wafer.server.sessions.get(skey).id, id)
    assert.equal(userInfo.nickName, '新用户')

    const wafer2 = await startWarm({ Server: Wafer2Server, configuration: { protocol: 'wafer2' } })
    const stored = wafer2.fake.stored(SESSION_KEY)
    assert.ok(wafer2.server.sessions.has(stored.skey))
    assert.equal(stored.userinfo.nickName, '新用户')
    assert.equal(typeof stored.time, 'number')
  }
)

const GARBAGE = [
  '',
  'text',
  0,
  1,
  NaN,
  true,
  null,
  [],
  {},
  [[]],
  { id: 1 },
  { skey: 'half-a-session' },
  { id: '', skey: '' },
  { id: 'an-id', skey: null },
  { id: {}, skey: [] },
  { id: 'an-id', skey: { toString: 'x' } },
  { id: 'an-id', skey: 'no\nheader' },
  { id: 'no\u0000header', skey: 'skey' },
  { session: { id: 'an-id', skey: 'nested-too-deep' } },
  { userInfo: USER_INFO }
]

story('garbage in the storage is no session, and the login overwrites it', async ({ start }) => {
  for (const value of GARBAGE) {
    const app = start({ storage: { [SESSION_KEY]: value } })
    assert.equal(app.qcloud.getSession(), null, JSON.stringify(value))
    assert.deepEqual(app.copy(app.qcloud.buildSessionHeader()), {})
    assert.deepEqual(await app.settled([app.call()]), ['success'], JSON.stringify(value))
    assert.equal(app.fake.count('login'), 1)
    assert.deepEqual(app.fake.stored(SESSION_KEY), app.copy(app.qcloud.getSession()))
  }
})
