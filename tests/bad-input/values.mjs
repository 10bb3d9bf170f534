/** Values that an API may be given by mistake, and what is asserted of the answer. */
import assert from 'node:assert/strict'

/** One of each kind that is no object that could hold options; made anew for each use. */
export const notObjects = () => [
  true,
  0,
  NaN,
  Infinity,
  '',
  'https://api.example.com/user',
  Symbol('options'),
  10n,
  () => ({ url: 'https://api.example.com/user' }),
  class {},
  [],
  [{ url: 'https://api.example.com/user' }]
]

const refuse = () => {
  throw new Error('thrown by a getter')
}

/** Objects that cannot be read. */
export const unreadable = () => ({
  'a getter that throws': {
    get url() {
      return refuse()
    }
  },
  'a proxy that throws': new Proxy({ url: 'a' }, { ownKeys: refuse }),
  'a revoked proxy': revoked({})
})

export function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

/** One of each kind that is no text. */
export const notTexts = () => [
  undefined,
  null,
  true,
  0,
  1.5,
  NaN,
  Symbol('text'),
  10n,
  {},
  ['a'],
  () => 'a',
  new String('a')
]

/** One of each kind that is neither a function nor left out. */
export const notFunctions = () => [true, 1, 'done', Symbol('callback'), 10n, {}, []]

/** An ERR_INVALID_PARAMS of this app that says, in Chinese, what is wrong. */
export function assertExplained(app, error, pattern) {
  assert.ok(error instanceof app.qcloud.RequestError, `not a RequestError: ${String(error)}`)
  assert.equal(error.type, 'ERR_INVALID_PARAMS')
  assert.match(error.message, /[\u4e00-\u9fff]{2}/)
  assert.match(error.message, pattern)
}

export function assertThrowsExplained(app, action, pattern) {
  let thrown
  try {
    action()
  } catch (error) {
    thrown = error
  }
  assert.notEqual(thrown, undefined, `nothing was thrown where ${pattern} was expected`)
  assertExplained(app, thrown, pattern)
}

/** The core is the one that was loaded first, and serves an ordinary call. */
export async function assertUnharmed(app) {
  assert.deepEqual(await app.settled([app.call()]), ['success'])
  assert.equal(app.types().filter((type) => type === 'crash').length, 0, 'the core crashed')
  assert.ok(app.types().filter((type) => type === 'load').length <= 1, 'the core was loaded again')
}
