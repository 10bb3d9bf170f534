/** User data with WeChat's own cryptography: AES-128-CBC under the session_key, which every code rotates. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { atOnce, serverOf } from './device.mjs'

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64'
)
const known = (id) => ({ user: { id, anonymous: false } })
const undecryptable = ({ entries }) =>
  entries.filter(({ outcome }) => outcome === 'ERR_IN_DECRYPT_DATA').length
/** WeChat gives a user four codes a second. */
const untilLater = () => new Promise((resolve) => setTimeout(resolve, 300))

describe('user data', () => {
  const { running, device } = serverOf()

  test('withUserInfo is decrypted by the server and stands in its database', async () => {
    const phone = device(known('first'))
    const { data } = await phone.user({ withUserInfo: true })
    assert.equal(data.data.userInfo.nickName, '小明')
    const users = await running.server.users()
    assert.ok(
      users.some(({ nickName }) => nickName === '小明'),
      JSON.stringify(users)
    )
  })

  test('by hand: getUserInfo(), then a request with encryptedData and iv', async () => {
    const phone = device(known('by-hand'))
    const { encryptedData, iv, anonymous } = await phone.qcloud.getUserInfo()
    assert.equal(anonymous, false)
    const { data } = await phone.user({ encryptedData, iv })
    assert.equal(data.data.userInfo.nickName, '小明')
  })

  test('as the first tutorial has it: headers from getSession() and the WX_HEADER constants', async () => {
    const phone = device(known('tutorial'))
    const { qcloud } = phone
    await qcloud.login()
    const { encryptedData, iv } = await qcloud.getUserInfo()
    const { id, skey } = qcloud.getSession()
    const header = {
      [qcloud.WX_HEADER_ID]: id,
      [qcloud.WX_HEADER_SKEY]: skey,
      [qcloud.WX_HEADER_ENCRYPTED_DATA]: encryptedData,
      [qcloud.WX_HEADER_IV]: iv
    }
    const { data } = await phone.user({ header })
    assert.equal(data.data.userInfo.nickName, '小明')
  })

  test('from a tap: getUserProfile()', async () => {
    const phone = device(known('tap'))
    await phone.user()
    const profile = await phone.fake.tap(() => phone.qcloud.getUserProfile({ desc: '用于展示昵称' }))
    const { data } = await phone.user({ encryptedData: profile.encryptedData, iv: profile.iv })
    assert.equal(data.data.userInfo.nickName, '小明')
  })

  test('never meets a session_key that it does not fit, whatever expires in between', async () => {
    const id = 'race'
    const phone = device({ ...known(id), configuration: { maxLoginsPerMinute: 200 } })
    await phone.user()
    for (let round = 0; round < 6; round++) {
      const calls = atOnce(6, () => phone.user({ withUserInfo: true }))
      await running.server.dev('expire', { user: id })
      if (round % 2)
        await phone.qcloud.login({ force: true }).catch(({ type }) => assert.equal(type, 'ERR_LOGIN_LIMIT'))
      await running.server.dev('expire', { user: id })
      const statuses = await calls.catch(({ type }) => {
        assert.match(type, /^ERR_(INVALID_SESSION|LOGIN_LIMIT)$/)
        return []
      })
      for (const status of statuses) assert.equal(status, 200)
      await untilLater()
    }
    assert.equal(undecryptable(await running.server.records()), 0)
    // On a busy machine the last logins are not a second ago by the timers that went off.
    const last = async () => {
      try {
        return await phone.user({ withUserInfo: true })
      } catch (error) {
        assert.equal(error.type, 'ERR_LOGIN_LIMIT')
        await untilLater()
        return last()
      }
    }
    assert.equal((await last()).data.data.userInfo.nickName, '小明')
  })

  test('that was fetched before an expiry is refused by the SDK, not by the server’s cipher', async () => {
    const phone = device(known('stale'))
    const { encryptedData, iv } = await phone.qcloud.getUserInfo()
    await running.server.dev('expire', { user: 'stale' })
    await assert.rejects(phone.user({ encryptedData, iv }), { type: 'ERR_INVALID_SESSION' })
    assert.equal(undecryptable(await running.server.records()), 0)
  })

  test('after a login whose answer was lost is fetched under a session_key that the server has', async () => {
    const phone = device(known('half-way'))
    await phone.user()
    await running.server.dev('fault', { path: '/login', kind: 'cut', count: 1 })
    const error = await phone.qcloud.login({ force: true }).catch((reason) => reason)
    assert.equal(error.type, 'ERR_LOGIN_FAILED')
    await phone.untilNextLogin(error)
    const { data } = await phone.user({ withUserInfo: true })
    assert.equal(data.data.userInfo.nickName, '小明')
  })

  test('the avatar goes up with the session, also when that has just expired', async () => {
    const phone = device({ user: { id: 'avatar' } })
    phone.fake.files.set('wxfile://face.png', new Uint8Array(PIXEL))
    await phone.user()
    await running.server.dev('expire', { user: 'avatar' })
    const progress = []
    const task = phone.qcloud.uploadFile({
      url: '/avatar',
      login: true,
      filePath: 'wxfile://face.png',
      name: 'avatar'
    })
    task.onProgressUpdate(({ progress: percent }) => progress.push(percent))
    const { data, statusCode } = await task
    assert.equal(statusCode, 200)
    assert.equal(typeof data, 'string')
    assert.deepEqual(progress, [50, 100, 50, 100])
    const { avatarUrl } = JSON.parse(data).data.userInfo
    const { tempFilePath } = await phone.qcloud.downloadFile({ url: avatarUrl })
    assert.deepEqual(Buffer.from(phone.fake.files.get(tempFilePath)), PIXEL)
    assert.equal((await running.server.records()).logins.attempted, 2)
  })

  test('a download with the session is fetched again when the server refused that', async () => {
    const phone = device({ user: { id: 'report' } })
    const fetchReport = () => phone.qcloud.downloadFile({ url: '/download/report', login: true })
    const first = await fetchReport()
    await running.server.dev('expire', { user: 'report' })
    const second = await fetchReport()
    const contentOf = ({ tempFilePath }) => Buffer.from(phone.fake.files.get(tempFilePath)).toString()
    assert.equal(contentOf(second), contentOf(first))
    assert.equal((await running.server.records()).logins.attempted, 2)
  })
})

describe('a server that insists on all three login headers', () => {
  const { running, device } = serverOf(['--login-mode', 'code+userInfo'])
  const configuration = { loginMode: 'code+userInfo' }

  test('gets them, the data under the session_key of that very code, a hundred calls at once', async () => {
    const phone = device({ ...known('insists'), configuration })
    const statuses = await atOnce(100, () => phone.user())
    assert.deepEqual([...new Set(statuses)], [200])
    const { logins } = await running.server.records()
    assert.deepEqual(logins, { attempted: 1, succeeded: 1, withSessionHeaders: 0 })
    assert.equal((await phone.qcloud.login()).nickName, '小明')
  })

  test('refuses a client that sends the code alone, in words that reach the developer', async () => {
    const phone = device(known('code-alone'))
    await assert.rejects(
      phone.user(),
      ({ type, message }) => type === 'ERR_LOGIN_FAILED' && message.length > 20
    )
  })
})
