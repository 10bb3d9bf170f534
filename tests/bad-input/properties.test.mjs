/** Whatever a caller passes: each call settles once, in known words, and the next one works. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { USER_URL, many, story } from '../client/stories.mjs'
import { assertUnharmed } from './values.mjs'

/* The same values in every run: a failure can be repeated, and a pass does not depend on luck. */
const runs = { seed: 20261121, numRuns: 150 }

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true
})
/** Now and then what belongs there, so that the values get past the first check. */
const oftenGood = (good) => fc.oneof({ arbitrary: anything, weight: 1 }, { arbitrary: good, weight: 2 })

const requestOptions = fc.record(
  {
    url: oftenGood(fc.constantFrom(USER_URL, 'https://elsewhere.example/a')),
    login: anything,
    header: oftenGood(fc.dictionary(fc.string(), oftenGood(fc.string()))),
    timeout: oftenGood(fc.integer({ min: 1, max: 1000 })),
    encryptedData: anything,
    iv: anything,
    withUserInfo: anything,
    method: oftenGood(fc.constantFrom('GET', 'POST', 'PUT')),
    data: anything,
    dataType: anything,
    responseType: anything
  },
  { requiredKeys: [] }
)

story('request settles once, whatever its options hold', async ({ start, uncaught }) => {
  const app = start({ configuration: { maxLoginsPerMinute: 240 } })
  const codes = Object.values(app.qcloud.constants)
  await fc.assert(
    fc.asyncProperty(requestOptions, async (options) => {
      const call = app.note((callbacks) => app.qcloud.request({ ...options, ...callbacks }))
      await app.settled([call])
      if (call.outcome === 'fail') {
        assert.ok(codes.includes(call.type), String(call.value))
        assert.match(call.value.message, /[\u4e00-\u9fff]{2}/)
      }
      /* The fake's own JSON throws at BigInt and the like; the SDK's code never does. */
      for (const error of uncaught.splice(0)) assert.match(String(error), /BigInt|circular|primitive/i)
    }),
    runs
  )
  await assertUnharmed(app)
})

story(
  'no API throws anything but ERR_INVALID_PARAMS, whatever it is given',
  async ({ start, clock, uncaught }) => {
    const app = start({ configuration: { maxLoginsPerMinute: 240 } })
    const { qcloud } = app
    const apis = [
      'request',
      'uploadFile',
      'downloadFile',
      'login',
      'getUserInfo',
      'getUserProfile',
      'onEvent',
      'onSessionChange',
      'setLoginUrl'
    ]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...apis), anything, async (api, value) => {
        let answer
        try {
          answer = qcloud[api](value)
        } catch (error) {
          assert.equal(error.type, 'ERR_INVALID_PARAMS', String(error))
        }
        if (answer && answer.then) answer.then(undefined, () => {})
        await clock.runUntilIdle()
        assert.deepEqual(uncaught, [])
      }),
      runs
    )
    await assertUnharmed(app)
  }
)

story(
  'a tunnel refuses by ERR_INVALID_PARAMS, or takes what it is given',
  async ({ start, clock, uncaught }) => {
    const app = start()
    const { Tunnel } = app.qcloud
    const ways = {
      constructor: (first) => new Tunnel(first),
      on: (first, second) => new Tunnel(USER_URL).on(first, second),
      emit: (first, second) => new Tunnel(USER_URL).emit(first, second)
    }
    const given = fc.tuple(fc.constantFrom(...Object.keys(ways)), anything, anything)
    let refused = 0
    fc.assert(
      fc.property(given, ([way, ...values]) => {
        try {
          ways[way](...values)
        } catch (error) {
          assert.equal(error.type, 'ERR_INVALID_PARAMS', String(error))
          refused += 1
        }
      }),
      runs
    )
    assert.ok(refused > 0)
    await clock.runUntilIdle()
    assert.deepEqual(uncaught, [])
    await assertUnharmed(app)
  }
)

const keys = [
  'loginMethod',
  'loginMode',
  'wasmPath',
  'header',
  'timeout',
  'trustedOrigins',
  'checkSession',
  'deadlines',
  'maxLoginsPerMinute',
  'logLevel',
  'protocol',
  'fallback'
]

story('configure takes what is right or names what is wrong', async ({ start }) => {
  const app = start()
  await assertUnharmed(app)
  const wrongValues = fc.tuple(fc.constantFrom(...keys), anything)
  fc.assert(
    fc.property(wrongValues, ([key, value]) => {
      try {
        app.qcloud.configure({ [key]: value })
      } catch (error) {
        assert.equal(error.type, 'ERR_INVALID_PARAMS')
        assert.match(error.message, new RegExp(`${key}|请求头|读取参数时发生异常`))
        return
      }
      /* What passes by chance is taken back. */
      app.qcloud.configure({ header: {}, trustedOrigins: [], timeout: 60_000 })
    }),
    runs
  )
  await assertUnharmed(app)
})

story('a hundred bad calls among a hundred good ones disturb none of them', async ({ start }) => {
  const app = start()
  const bad = fc.sample(
    requestOptions.map(({ data: _data, ...options }) => ({ ...options, url: '' })),
    { ...runs, numRuns: 100 }
  )
  const calls = many(200, (index) => (index % 2 ? app.call() : app.call(bad[index / 2])))
  const outcomes = await app.settled(calls)
  outcomes.forEach((outcome, index) => assert.equal(outcome, index % 2 ? 'success' : 'fail'))
  assert.equal(app.fake.count('login'), 1)
})
