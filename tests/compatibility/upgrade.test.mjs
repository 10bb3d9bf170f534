/** Users keep their login when an app moves to this package, and when it moves back. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { WAFER, WAFER2, startClient } from './clients.mjs'

for (const kind of [WAFER, WAFER2]) {
  for (const [from, to] of [
    [true, false],
    [false, true]
  ]) {
    const direction = from ? `from ${kind.predecessor} to this package` : `back to ${kind.predecessor}`
    test(`${direction}, the session serves on`, async () => {
      const clock = new VirtualClock()
      const server = new kind.Server({ clock, checksLoginUserData: false })
      const storage = new Map()
      const options = { clock, server, storage }
      const first = startClient(kind, from, options)
      await first.call()
      const { skey } = first.fake.stored(SESSION_KEY)
      const second = startClient(kind, to, options)
      const [[name, response]] = await second.call({ login: false })
      assert.equal(name, 'success')
      assert.equal(typeof response.data.data.userInfo.nickName, 'string')
      assert.equal(second.fake.stored(SESSION_KEY).skey, skey)
      assert.equal(second.fake.count('login'), 0)
    })
  }
}

const shapes = [
  ['wafer-client-sdk', WAFER, (session) => ({ ...session, userInfo: { nickName: '小明' } })],
  [
    'the code-only fork',
    WAFER,
    (session) => ({ ...session, userInfo: { nickName: '小明' }, tunnel: 'kept' })
  ],
  ['wafer2-client-sdk 2.x', WAFER2, ({ skey }) => ({ userinfo: { nickName: '小明' }, skey, time: 1 })],
  ['wafer2-client-sdk 1.x', WAFER2, ({ skey }) => skey]
]

for (const [name, kind, shape] of shapes) {
  test(`a session as ${name} stored it is taken over without a login`, async () => {
    const clock = new VirtualClock()
    const server = new kind.Server({ clock, checksLoginUserData: false })
    const first = startClient(kind, false, { clock, server })
    await first.call()
    const stored = shape(first.fake.stored(SESSION_KEY))
    const second = startClient(kind, false, { clock, server, storage: { [SESSION_KEY]: stored } })
    const [[outcome]] = await second.call()
    assert.equal(outcome, 'success')
    assert.equal(second.fake.count('login'), 0)
  })
}
