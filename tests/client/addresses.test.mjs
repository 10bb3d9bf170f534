/**
 * One grammar of addresses: what `configure` takes, the core judges, and where both say yes, the WHATWG parser (`new URL`)
 * reads the same origin. Over generated URLs; the seed is printed when one breaks it.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { story } from './stories.mjs'

const SEED = 20261121

/** Pieces of which URLs that parsers read differently are made. */
const often = (good, odd) => fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: odd })
const scheme = often(
  fc.constantFrom('https://', 'http://', 'HTTPS://'),
  fc.constantFrom('https:/', 'https:\\', 'ftp://', 'https:///')
)
const userInfo = often(fc.constant(''), fc.constantFrom('user@', 'user:pass@', 'x.test:443@', '@'))
const host = fc.constantFrom(
  'x.test',
  'X.Test',
  'x.test.',
  'a_b.x-1.test',
  'localhost',
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '1.2.3.4.',
  '256.1.1.1',
  '01.2.3.4',
  'a.1b',
  '[::1]',
  '[::1',
  'a]b',
  'x%2etest',
  'ｘ.test',
  '中文.example',
  'x\ty.test',
  'x y.test',
  'x\\y',
  ''
)
const port = fc.constantFrom(
  '',
  '',
  '',
  ':',
  ':0',
  ':00443',
  ':443',
  ':8080',
  ':65535',
  ':65536',
  ':99999',
  ':4a',
  ':-1'
)
const path = fc.oneof(
  fc.constantFrom(
    '',
    '/',
    '/user',
    '/a/../login',
    '/%6cogin',
    '/lo\ngin',
    '\\evil',
    '?r=/login',
    '#x',
    '/a?b#c',
    '/会'
  ),
  fc.integer({ min: 1, max: 70_000 }).map((length) => `/user?${'q'.repeat(length)}`)
)
const urls = fc.tuple(scheme, userInfo, host, port, path).map((pieces) => pieces.join(''))

/** Whether `configure` takes a URL. */
function isTaken(app, url) {
  try {
    app.qcloud.configure({ trustedOrigins: [url] })
    return true
  } catch (error) {
    assert.equal(error.type, 'ERR_INVALID_PARAMS')
    assert.match(error.message, /trustedOrigins/)
    return false
  }
}

story('what configure takes, the core judges, and the WHATWG parser reads alike', async ({ start }) => {
  const app = start()
  await app.settled([app.call()])
  let taken = 0
  for (const url of fc.sample(urls, { seed: SEED, numRuns: 1500 })) {
    const isGood = isTaken(app, url)
    const call = app.call({ login: false, url })
    await app.settled([call])
    assert.equal(
      call.type === 'ERR_INVALID_PARAMS',
      !isGood,
      `seed ${SEED}: ${JSON.stringify(url.slice(0, 200))}`
    )
    if (!isGood) continue
    taken++
    const { options } = app.fake.calls('request').at(-1)
    assert.equal(options.url, url, 'it goes out as it was written')
    const { protocol, hostname } = new URL(url)
    const [, ownScheme, ownHost] = /^(https?:)\/\/(\[[^\]]*]|[^/?#:]*)/i.exec(url)
    assert.equal(protocol, ownScheme.toLowerCase())
    assert.equal(hostname, ownHost.toLowerCase())
  }
  assert.ok(taken > 100, `${taken} were addresses`)
})
