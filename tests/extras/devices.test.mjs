/** The extras on every host, engines of 2016 and JavaScriptCore among them: they need no more of the language than index.js. */
import assert from 'node:assert/strict'
import { story } from '../client/stories.mjs'

const LOGIN = 'https://api.example.com/user'
const wrappers = {
  cache: 'withCache',
  dedupe: 'withDedupe',
  interceptors: 'withInterceptors',
  loading: 'withLoading',
  retry: 'withRetry'
}

story('each extra sends, answers by callbacks and by promise, and aborts', async ({ start, clock }) => {
  for (const [name, wrap] of Object.entries(wrappers)) {
    const app = start()
    const request = app.require(`wafer-client-wasm/extras/${name}`)[wrap](app.qcloud.request)
    const called = app.note((callbacks) => request({ login: true, url: LOGIN, ...callbacks }))
    const aborted = app.note((callbacks) =>
      request({ login: true, url: LOGIN, method: 'POST', ...callbacks })
    )
    aborted.task.abort()
    assert.deepEqual(await app.settled([called, aborted]), ['success', 'fail'], name)
    assert.equal(aborted.type, 'ERR_ABORTED')
    const { statusCode } = await clock.until(request({ login: true, url: LOGIN }))
    assert.equal(statusCode, 200)
    await clock.runUntilIdle()
    app.stop()
  }
})

story('retry, cache and dedupe do on every host what they are for', async ({ start, clock }) => {
  const app = start()
  const extra = (name) => app.require(`wafer-client-wasm/extras/${name}`)[wrappers[name]]
  const request = extra('cache')(extra('dedupe')(extra('retry')(app.qcloud.request)))
  app.fake.fault('request', { kind: 'fail', times: 1, when: ({ url }) => url === LOGIN })
  const call = () => request({ login: true, url: LOGIN })
  const [first, second] = await clock.until(Promise.all([call(), call()]))
  assert.deepEqual(app.copy(first.data), app.copy(second.data))
  await clock.until(call())
  assert.equal(app.fake.calls('request', ({ url }) => url === LOGIN).length, 2)
  assert.equal(app.fake.count('login'), 1)
})
