/** Guarantee 4: only expiry ends a session. */
import assert from 'node:assert/strict'
import { MAGIC, SESSION_KEY, Wafer2Server } from '../../fake-wx/servers.mjs'
import { ORIGIN, story } from './stories.mjs'

const ODD_URL = `${ORIGIN}/odd`
const HTML = '<!DOCTYPE html><title>502 Bad Gateway</title>'

/** Answers that say nothing about the session, and how the call ends: by the answer, or by an error type. */
const HARMLESS = {
  'HTTP 500': [{ statusCode: 500, data: { error: 'internal' } }, 'success'],
  'HTTP 500 with the body of an expiry': [
    { statusCode: 500, data: { [MAGIC]: 1, error: 'ERR_INVALID_SESSION' } },
    'success'
  ],
  'HTTP 502 as HTML': [{ statusCode: 502, data: HTML }, 'success'],
  'HTTP 200 as HTML': [{ statusCode: 200, data: HTML }, 'success'],
  'HTTP 401 of the business code': [{ statusCode: 401, data: { error: 'not yours' } }, 'success'],
  'HTTP 403': [{ statusCode: 403, data: '' }, 'success'],
  'HTTP 404': [{ statusCode: 404, data: { error: 'NOT_FOUND' } }, 'success'],
  'an error of the same name without the mark': [
    { statusCode: 200, data: { error: 'ERR_INVALID_SESSION' } },
    'success'
  ],
  'a cut body': [{ statusCode: 200, data: `{"${MAGIC}":1,"error":"ERR_INVALID_SES` }, 'success'],
  'an empty body': [{ statusCode: 200, data: '' }, 'success'],
  null: [{ statusCode: 200, data: 'null' }, 'success'],
  'a check that failed': [
    { statusCode: 200, data: { [MAGIC]: 1, error: 'ERR_CHECK_LOGIN_FAILED', message: '后端不可用' } },
    'ERR_CHECK_LOGIN_FAILED'
  ],
  'a check that failed in Java': [
    { statusCode: 200, data: { [MAGIC]: 1, error: 'INVALID_REQUEST' } },
    'ERR_CHECK_LOGIN_FAILED'
  ]
}

/** A warm app whose session must survive what happens to it. */
async function surviving({ startWarm }, options) {
  const app = await startWarm(options)
  const session = app.copy(app.qcloud.getSession())
  const stored = app.fake.stored(SESSION_KEY)
  app.assertSurvived = async () => {
    assert.deepEqual(app.copy(app.qcloud.getSession()), session)
    assert.deepEqual(app.fake.stored(SESSION_KEY), stored)
    app.fake.clearFaults()
    app.fake.resetLog()
    assert.deepEqual(await app.settled([app.call()]), ['success'])
    assert.equal(app.fake.count('login'), 0)
    assert.deepEqual(app.copy(app.qcloud.getSession()), session)
  }
  return app
}

for (const [name, [response, expected]] of Object.entries(HARMLESS)) {
  story(`the session outlives ${name}`, async (stage) => {
    const app = await surviving(stage)
    app.server.route('/odd', () => response)
    const call = app.call({ url: ODD_URL })
    await app.settled([call])
    assert.equal(call.type ?? call.outcome, expected)
    if (expected === 'success') assert.equal(call.value.statusCode, response.statusCode)
    assert.equal(app.fake.calls('request').length, 1)
    await app.assertSurvived()
  })
}

story('the message of ERR_CHECK_LOGIN_FAILED carries the server’s words', async (stage) => {
  const app = await surviving(stage)
  app.server.route('/odd', () => HARMLESS['a check that failed'][0])
  const call = app.call({ url: ODD_URL })
  await app.settled([call])
  assert.match(call.value.message, /鉴权服务器检查登录态发生错误.*后端不可用/)
  assert.equal(call.value.statusCode, 200)
})

const FAILURES = {
  'a lost connection': [{ kind: 'fail', errMsg: 'net::ERR_CONNECTION_RESET', errno: 600001 }, 'ERR_NETWORK'],
  'an answer that was lost': [
    { kind: 'fail', errMsg: 'net::ERR_EMPTY_RESPONSE', delivered: true },
    'ERR_NETWORK'
  ],
  'a timeout': [{ kind: 'fail', errMsg: 'timeout', errno: 5 }, 'ERR_TIMEOUT'],
  'an interruption': [{ kind: 'fail', errMsg: 'interrupted', errno: 600003 }, 'ERR_NETWORK'],
  'a domain that is not listed': [
    { kind: 'fail', errMsg: 'url not in domain list', errno: 600002 },
    'ERR_NETWORK'
  ],
  'an exception of wx.request': [{ kind: 'throw' }, 'ERR_NETWORK'],
  'an answer without anything': [{ kind: 'rubbish', value: undefined }, 'ERR_NETWORK']
}

for (const [name, [fault, expected]] of Object.entries(FAILURES)) {
  story(`the session outlives ${name}`, async (stage) => {
    const app = await surviving(stage)
    app.fake.fault('request', fault)
    const call = app.call()
    await app.settled([call])
    assert.equal(call.type, expected)
    assert.ok(call.value instanceof app.qcloud.RequestError)
    if (fault.kind === 'fail') assert.match(call.value.errMsg, new RegExp(`^request:fail ${fault.errMsg}`))
    await app.assertSurvived()
  })
}

const isLogin = ({ url }) => url === `${ORIGIN}/login`
const LOGIN_FAULTS = {
  'wx.login fails': ['login', { kind: 'fail' }, 'ERR_WX_LOGIN_FAILED'],
  'wx.login throws': ['login', { kind: 'throw' }, 'ERR_WX_LOGIN_FAILED'],
  'wx.login gives no code': ['login', { kind: 'rubbish', value: {} }, 'ERR_WX_LOGIN_FAILED'],
  'wx.login hangs': ['login', { kind: 'hang' }, 'ERR_LOGIN_TIMEOUT'],
  'the login request is lost': ['request', { kind: 'fail', when: isLogin }, 'ERR_LOGIN_FAILED'],
  'the login request hangs': ['request', { kind: 'hang', when: isLogin }, 'ERR_LOGIN_TIMEOUT'],
  'the login request is answered HTTP 500': [
    'request',
    { kind: 'rubbish', value: { statusCode: 500, data: HTML }, when: isLogin },
    'ERR_LOGIN_FAILED'
  ],
  'the login request is answered by HTML': [
    'request',
    { kind: 'rubbish', value: { statusCode: 200, data: HTML }, when: isLogin },
    'ERR_LOGIN_MISSING_SESSION'
  ],
  'the server refuses the code': [
    'request',
    {
      kind: 'rubbish',
      value: { statusCode: 200, data: { [MAGIC]: 1, error: 'ERR_LOGIN_FAILED', message: '无效的 code' } },
      when: isLogin
    },
    'ERR_LOGIN_FAILED'
  ]
}

for (const [name, [api, fault, expected]] of Object.entries(LOGIN_FAULTS)) {
  story(`a session that the server has not refused outlives a login in which ${name}`, async (stage) => {
    const app = await surviving(stage)
    app.fake.fault(api, fault)
    const call = app.note((callbacks) => app.qcloud.login({ force: true, ...callbacks }))
    await app.settled([call])
    assert.equal(call.type, expected)
    assert.ok(call.value instanceof app.qcloud.LoginError)
    app.fake.person.denies = []
    await app.assertSurvived()
  })

  story(
    `after a restart a session outlives a failed check and a login in which ${name}`,
    async ({ startWarm, start }) => {
      const first = await startWarm()
      const app = start({ server: first.server, storage: first.fake.storage })
      const session = app.copy(app.qcloud.getSession())
      app.fake.fault('checkSession', { kind: 'fail', times: 1 })
      app.fake.fault(api, fault)
      const call = app.call()
      await app.settled([call])
      assert.equal(call.type, expected)
      app.fake.clearFaults()
      assert.deepEqual(app.copy(app.qcloud.getSession()), session)
      assert.deepEqual(app.fake.stored(SESSION_KEY), session)
      assert.deepEqual(await app.settled([app.call()]), ['success'])
    }
  )
}

story('with wafer2 an error of the business code is not an expiry, and is not sent again', async (stage) => {
  const app = await surviving(stage, { Server: Wafer2Server, configuration: { protocol: 'wafer2' } })
  app.server.route('/odd', () => ({ statusCode: 200, data: { code: -1, error: 'SyntaxError', data: {} } }))
  const call = app.call({ url: ODD_URL })
  await app.settled([call])
  assert.equal(call.value.data.error, 'SyntaxError')
  assert.equal(app.fake.count('request'), 1)
  await app.assertSurvived()
})
