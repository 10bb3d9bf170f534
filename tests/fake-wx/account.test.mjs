import assert from 'node:assert/strict'
import test from 'node:test'
import { start } from './fixture.mjs'

test('without callbacks login answers by a promise; with one it returns nothing', async () => {
  const { clock, wx } = start()
  const { code, errMsg } = await clock.until(wx.login())
  assert.equal(errMsg, 'login:ok')
  assert.equal(typeof code, 'string')
  assert.equal(wx.login({ complete() {} }), undefined)
  await clock.runUntilIdle()
})

test('a code works once and for five minutes, and a new one rotates the session_key', async () => {
  const { clock, fake, wx } = start()
  const { code } = await clock.until(wx.login())
  const first = fake.wechat.exchange(code)
  assert.equal(first.openid, 'openid-demo')
  assert.equal(fake.wechat.exchange(code).errcode, 40163)
  const { code: stale } = await clock.until(wx.login())
  await clock.advance(5 * 60_000 + 1)
  assert.equal(fake.wechat.exchange(stale).errcode, 40029)

  const { encryptedData, iv } = await clock.until(wx.getUserInfo({ withCredentials: true }))
  const { code: fresh } = await clock.until(wx.login())
  const { session_key } = fake.wechat.exchange(fresh)
  assert.notEqual(session_key, first.session_key)
  assert.equal(fake.wechat.decrypt(encryptedData, iv, session_key), undefined)
  const renewed = await clock.until(wx.getUserInfo({ withCredentials: true }))
  assert.equal(fake.wechat.decrypt(renewed.encryptedData, renewed.iv, session_key).openId, 'openid-demo')
})

test('checkSession asks about the session_key, not about any server', async () => {
  const { clock, fake, wx } = start()
  await assert.rejects(clock.until(wx.checkSession()), { errMsg: /^checkSession:fail/ })
  await clock.until(wx.login())
  assert.deepEqual(await clock.until(wx.checkSession()), { errMsg: 'checkSession:ok' })
  fake.wechat.expireSessionKey('demo')
  await assert.rejects(clock.until(wx.checkSession()), { errMsg: /^checkSession:fail/ })
})

test('getUserProfile wants a tap and a reason, may be denied, and is anonymous today', async () => {
  const { clock, fake, wx } = start()
  await clock.until(wx.login())
  const ask = () => wx.getUserProfile({ desc: '完善资料' })
  await assert.rejects(clock.until(ask()), { errMsg: /TAP gesture/ })
  await assert.rejects(clock.until(fake.tap(() => wx.getUserProfile({}))), { errMsg: /parameter\.desc/ })
  const { userInfo } = await clock.until(fake.tap(ask))
  assert.equal(userInfo.nickName, '微信用户')
  await assert.rejects(clock.until(ask()), { errMsg: /TAP gesture/ }, 'the tap is over')
  fake.person.anonymous = false
  assert.equal((await clock.until(fake.tap(ask))).userInfo.nickName, '小明')
  fake.person.denies = ['getUserProfile']
  await assert.rejects(clock.until(fake.tap(ask)), { errMsg: 'getUserProfile:fail auth deny' })
  fake.person.denial = 'auth denied'
  await assert.rejects(clock.until(fake.tap(ask)), { errMsg: 'getUserProfile:fail auth denied' })
})

test('user data without privacy consent fails with errno 104 until the user agrees', async () => {
  const { clock, fake, wx } = start({ privacy: { needed: true } })
  await clock.until(wx.login())
  await assert.rejects(clock.until(wx.getUserInfo()), { errno: 104 })
  assert.equal((await clock.until(wx.getPrivacySetting())).needAuthorization, true)
  fake.person.agreesPrivacy = false
  await assert.rejects(clock.until(wx.requirePrivacyAuthorize()), { errno: 104 })
  fake.person.agreesPrivacy = true
  await clock.until(wx.requirePrivacyAuthorize())
  assert.equal((await clock.until(wx.getUserInfo())).errMsg, 'getUserInfo:ok')
  fake.state.privacy.declared = false
  await assert.rejects(clock.until(wx.getUserInfo()), { errno: 112 })
})

test('in single-page mode login fails and the API category says why', async () => {
  const { clock, wx } = start({ scene: 1154 })
  assert.equal(wx.getApiCategory(), 'browseOnly')
  assert.equal(wx.getLaunchOptionsSync().scene, 1154)
  await assert.rejects(clock.until(wx.login()), { errMsg: /^login:fail/ })
})

test('the fifth login within a second is refused when rates are limited', async () => {
  const { clock, wx } = start({ rateLimit: true, latency: 2 })
  for (let i = 0; i < 4; i += 1) await clock.until(wx.login())
  await assert.rejects(clock.until(wx.login()), { errMsg: /^login:fail/ })
  await clock.advance(1_000)
  assert.equal((await clock.until(wx.login())).errMsg, 'login:ok')
})
