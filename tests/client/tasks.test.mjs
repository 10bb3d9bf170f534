/** A task is there at once and works at every stage of its call. */
import assert from 'node:assert/strict'
import { toText } from '../../fake-wx/bytes.mjs'
import { BearerServer, Wafer2Server } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, ORIGIN, USER_URL, story } from './stories.mjs'

const isLogin = ({ url }) => url === LOGIN_URL
const isUser = ({ url }) => url === USER_URL
const CHUNKS_URL = `${ORIGIN}/chunks`

/** How to make a call and bring it to each stage. `sent`: how often the request has gone out by then. */
const STAGES = {
  'before the module is loaded': async ({ start }) => {
    const app = start()
    return { app, call: app.call(), sent: 0 }
  },
  'while wx.login is asked': async ({ start, clock }) => {
    const app = start()
    app.fake.fault('login', { kind: 'late', ms: 2000 })
    const call = app.call()
    await clock.advance(1000)
    return { app, call, sent: 0 }
  },
  'while the login request is on its way': async ({ start, clock }) => {
    const app = start()
    app.fake.fault('request', { kind: 'late', ms: 2000, when: isLogin })
    const call = app.call()
    await clock.advance(1000)
    return { app, call, sent: 0 }
  },
  'while wx.checkSession is asked': async ({ startWarm, start, clock }) => {
    const first = await startWarm()
    const app = start({ server: first.server, storage: first.fake.storage })
    app.fake.fault('checkSession', { kind: 'late', ms: 2000 })
    const call = app.call()
    await clock.advance(1000)
    return { app, call, sent: 0 }
  },
  'while user data is fetched': async ({ startWarm, clock }) => {
    const app = await startWarm()
    app.fake.fault('getUserInfo', { kind: 'late', ms: 2000 })
    const call = app.call({ withUserInfo: true })
    await clock.advance(1000)
    return { app, call, sent: 0 }
  },
  'in flight': async ({ startWarm, clock }) => {
    const app = await startWarm({ latency: { request: [500, 500] } })
    const call = app.call()
    await clock.advance(300)
    return { app, call, sent: 1 }
  },
  'while it waits for its retry': async ({ startWarm, clock }) => {
    const app = await startWarm()
    app.server.expire()
    app.fake.fault('login', { kind: 'late', ms: 2000 })
    const call = app.call()
    await clock.advance(1000)
    return { app, call, sent: 1 }
  },
  'during its retry': async ({ startWarm, clock }) => {
    const app = await startWarm({ latency: { request: [500, 500] } })
    app.server.expire()
    const call = app.call()
    await clock.advance(500 + 160 + 500 + 200)
    return { app, call, sent: 2 }
  }
}

for (const [stage, reach] of Object.entries(STAGES)) {
  story(`abort() ${stage} ends the call with ERR_ABORTED, once, and harms no other`, async (context) => {
    const { clock } = context
    const { app, call, sent } = await reach(context)
    assert.equal(call.outcome, 'pending')
    assert.equal(app.fake.calls('request', isUser).length, sent)
    const other = app.call()
    call.task.abort()
    call.task.abort()
    await clock.advance(0)
    assert.equal(call.type, 'ERR_ABORTED')
    assert.ok(call.value instanceof app.qcloud.RequestError)
    assert.deepEqual(await app.settled([other]), ['success'])
    const stillInFlight = stage === 'in flight' || stage === 'during its retry'
    assert.equal(app.fake.count('RequestTask.abort'), stillInFlight ? 1 : 0)
    call.task.abort()
    await clock.runUntilIdle()
    assert.deepEqual(call.told, ['fail', 'complete'])
    assert.equal(app.fake.calls('request', isUser).length, sent + 1)
  })

  story(`headers are heard by a listener that came ${stage}, also those of the retry`, async (context) => {
    const { app, call, sent } = await reach(context)
    const heard = []
    const removed = () => assert.fail('this listener was removed')
    call.task.onHeadersReceived(removed)
    call.task.onHeadersReceived(({ statusCode }) => heard.push(statusCode))
    call.task.offHeadersReceived(removed)
    const before = app.fake.calls('request', isUser).length
    assert.equal(before, sent)
    assert.deepEqual(await app.settled([call]), ['success'])
    const remaining = app.fake.calls('request', isUser).length - before
    const inFlight = stage === 'in flight' || stage === 'during its retry' ? 1 : 0
    assert.equal(heard.length, remaining + inFlight)
  })
}

story(
  'the call that began a login may be aborted: the others get their session from it',
  async ({ start, clock }) => {
    const app = start()
    app.fake.fault('login', { kind: 'late', ms: 1000 })
    const first = app.call()
    const others = [app.call(), app.call()]
    await clock.advance(500)
    first.task.abort()
    assert.deepEqual(await app.settled([first, ...others]), ['fail', 'success', 'success'])
    assert.equal(app.fake.count('login'), 1)
  }
)

story('abort() inside the call’s own callback changes nothing', async ({ start }) => {
  const app = start()
  let task
  const call = app.note((callbacks) => {
    const success = (answer) => {
      callbacks.success(answer)
      task.abort()
    }
    task = app.qcloud.request({ url: USER_URL, login: true, ...callbacks, success })
    return task
  })
  assert.deepEqual(await app.settled([call]), ['success'])
})

story('offHeadersReceived() without a listener removes all', async ({ startWarm }) => {
  const app = await startWarm()
  const heard = []
  const call = app.call()
  call.task.onHeadersReceived(() => heard.push(1))
  call.task.onHeadersReceived(() => heard.push(2))
  call.task.offHeadersReceived()
  await app.settled([call])
  assert.deepEqual(heard, [])
})

story('what a listener throws surfaces later, and the call goes on', async ({ startWarm, uncaught }) => {
  const app = await startWarm()
  const call = app.call()
  call.task.onHeadersReceived(() => {
    throw new Error('in a listener')
  })
  assert.deepEqual(await app.settled([call]), ['success'])
  assert.deepEqual(
    uncaught.splice(0).map(({ message }) => message),
    ['in a listener']
  )
})

const STREAMING = {
  wafer: {},
  wafer2: { Server: Wafer2Server, configuration: { protocol: 'wafer2' } },
  'a protocol of its own': {
    Server: BearerServer,
    configuration: {
      protocol: {
        loginRequest: (code) => ({ method: 'POST', data: { code } }),
        parseLogin: ({ data: { token } }) => ({ token }),
        header: ({ token }) => ({ Authorization: `Bearer ${token}` }),
        isExpired: ({ data }) => data.error === 'token_expired'
      }
    }
  }
}
for (const [name, options] of Object.entries(STREAMING)) {
  for (const isObserved of [false, true]) {
    story(
      `a refusal by ${name} in a chunk, of which success hears nothing, is followed by the login and the stream${isObserved ? ', observed' : ''}`,
      async ({ startWarm }) => {
        const app = await startWarm({ ...options, observed: isObserved })
        app.server.route('/chunks', () => ({ chunks: ['{"word":"一"}', '二', '三'] }), { session: true })
        app.server.expire()
        const chunks = []
        const call = app.call({ url: CHUNKS_URL, enableChunked: true })
        call.task.onChunkReceived(({ data }) => chunks.push(toText(data)))
        assert.deepEqual(await app.settled([call]), ['success'])
        assert.equal(call.value.data, '')
        const [refusal, ...stream] = chunks
        assert.match(refusal, /ERR_INVALID_SESSION|ERR_SKEY_INVALID|token_expired/)
        assert.deepEqual(stream, ['{"word":"一"}', '二', '三'])
        assert.equal(app.fake.count('login'), 1)
        app.fake.resetLog()
        const next = app.call({ url: CHUNKS_URL, enableChunked: true })
        next.task.onChunkReceived(() => {})
        assert.deepEqual(await app.settled([next]), ['success'])
        assert.deepEqual([app.fake.count('login'), app.fake.count('request')], [0, 1])
      }
    )
  }
}

story(
  'tasks of an old base library, without listeners or abort, do no harm',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    const { request } = app.wx
    for (const task of [undefined, null, {}, 'task']) {
      app.wx.request = (options) => {
        request(options)
        return task
      }
      const call = app.call()
      call.task.onHeadersReceived(() => {})
      call.task.offHeadersReceived()
      const aborted = app.call()
      await clock.advance(1)
      aborted.task.abort()
      assert.deepEqual(await app.settled([call, aborted]), ['success', 'fail'])
      assert.equal(aborted.type, 'ERR_ABORTED')
    }
    app.wx.request = request
  }
)

story('then() of a task that has settled does what that of a promise does', async ({ startWarm, clock }) => {
  const app = await startWarm()
  const good = app.qcloud.request({ url: USER_URL, login: true })
  const bad = app.qcloud.request({ url: '' })
  const answer = await clock.until(good)
  const error = await clock.until(bad.then(undefined, (reason) => reason))
  const fails = () => {
    throw new RangeError('in a listener')
  }
  const listeners = [undefined, null, 7, (value) => [value], () => Promise.resolve('later'), fails]
  const outcome = (promise) =>
    promise.then(
      (value) => ['fulfilled', value],
      (reason) => ['rejected', reason]
    )
  for (const fulfilled of listeners) {
    for (const rejected of listeners) {
      const seen = [good, bad].map((task) => outcome(task.then(fulfilled, rejected)))
      const promises = [Promise.resolve(answer), Promise.reject(error)]
      const expected = promises.map((promise) => outcome(promise.then(fulfilled, rejected)))
      assert.deepEqual(await clock.until(Promise.all(seen)), await Promise.all(expected))
    }
  }
  let isLater = false
  const first = good.then(() => assert.ok(isLater, 'a listener is not called inside then()'))
  isLater = true
  await clock.until(first)
})
