/**
 * Guarantee 11, everywhere: a day of an app is told again and again, and each time the instance is lost at another place,
 * by a trap inside wasm or because there is no memory left. Whichever it is: each call settles once, nothing of the session
 * goes where it does not belong, a log-out holds, there are no more logins than the budget allows, and the next call works.
 *
 * Where there are many places, some are drawn by a seed; PLACES=all takes all of them, which takes minutes.
 */
import assert from 'node:assert/strict'
import { Random } from '../../fake-wx/random.mjs'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { ORIGIN, USER_URL, many, story } from '../client/stories.mjs'
import { TUNNEL_URL } from '../client/tunnels.mjs'
import { ALLOCATION, EXPORT, GROWTH, HOST, INTERNAL, instrumented } from './instrumented.mjs'

const FILES_ORIGIN = 'https://files.example.com'
const FOREIGN_URL = 'https://elsewhere.example.org/public'
const isSigned = ({ options }) => options.header?.['X-WX-Skey'] !== undefined
const MINUTE_MS = 60_000
const LOGINS_PER_MINUTE = 5
/** What may go wrong beside: the app aborts a call, logs out during one, and asks for the user without a session. */
const OTHER_FAILURES = ['ERR_ABORTED', 'ERR_LOGIN_DISCARDED', 'ERR_CHECK_LOGIN_FAILED']

/** What an app does in its life, in about three minutes. */
async function live(app, clock) {
  const { qcloud, fake, server } = app
  const listening = qcloud.onSessionChange(() => {})
  // Cold
  await app.settled([
    ...many(3, () => app.call()),
    app.note((callbacks) => qcloud.login(callbacks)),
    app.note((callbacks) => qcloud.getUserInfo(callbacks))
  ])
  // Warm
  await app.settled([
    app.call(),
    app.call({ login: false }),
    app.call({ login: false, url: FOREIGN_URL }),
    app.call({ url: `${ORIGIN}/login?again`, login: false })
  ])
  // Expired
  server.expire()
  await app.settled(many(3, () => app.call()))
  await app.settled([app.call({ withUserInfo: true })])
  // Transfers, the first of which finds that WeChat has dropped its key
  await app.settled([
    app.note((callbacks) =>
      qcloud.uploadFile({
        url: `${ORIGIN}/upload`,
        login: true,
        filePath: 'wxfile://a',
        name: 'a',
        ...callbacks
      })
    ),
    app.note((callbacks) => qcloud.downloadFile({ url: `${ORIGIN}/echo`, login: true, ...callbacks }))
  ])
  qcloud.configure({ trustedOrigins: [FILES_ORIGIN], timeout: 30_000 })
  const aborted = app.call({ url: `${FILES_ORIGIN}/user` })
  await clock.advance(5)
  aborted.task.abort()
  await app.settled([aborted, app.call({ url: `${FILES_ORIGIN}/user` })])
  // A tunnel, lost and found
  const tunnel = new qcloud.Tunnel(TUNNEL_URL)
  tunnel.open()
  if (!tunnel.isClosed()) tunnel.emit('speak', { word: 'hello' })
  await clock.advance(20_000)
  fake.dropSockets({ error: true })
  await clock.advance(5000)
  tunnel.close()
  await clock.advance(MINUTE_MS)
  // A log-out while calls are on their way
  server.expire()
  const leaving = many(2, () => app.call())
  await clock.advance(60)
  qcloud.clearSession()
  assert.equal(qcloud.getSession(), null, 'logged out')
  assert.ok(!fake.stored(SESSION_KEY), 'nothing to log in with at the next launch')
  await app.settled([...leaving, app.call({ login: false, url: `${ORIGIN}/public` })])
  await app.settled([app.call()])
  listening()
}

/** The most logins in any `ms`. */
function busiest(fake, ms) {
  const times = fake.calls('login').map(({ time }) => time)
  return Math.max(
    0,
    ...times.map((start) => times.filter((time) => time >= start && time < start + ms).length)
  )
}

/** Lives once and loses the instance the `at`th time that it enters such a place; answers how often it did. */
async function liveOnce({ start, clock }, place, at) {
  let entered = 0
  const enters = (where) => (where === place && ++entered === at ? 1 : 0)
  const app = start({ ...instrumented(enters), files: { 'wxfile://a': 'a' }, latency: 20 })
  const calls = []
  const note = app.note
  app.note = (make) => (calls.push(note(make)), calls.at(-1))
  const { call } = app
  app.call = (given) => (calls.push(call(given)), calls.at(-1))
  await live(app, clock)
  const inLife = entered
  entered = Infinity
  await clock.advance(MINUTE_MS)
  await app.settled([app.call()])
  assert.equal(calls.at(-1).type, undefined, 'the next call works')
  for (const { outcome, value } of calls) {
    assert.notEqual(outcome, 'pending')
    if (outcome === 'fail') assert.ok(['ERR_WASM_LOAD', ...OTHER_FAILURES].includes(value.type), value.type)
  }
  for (const entry of app.fake.calls('request', ({ url }) => url === FOREIGN_URL)) assert.ok(!isSigned(entry))
  assert.ok(busiest(app.fake, MINUTE_MS) <= LOGINS_PER_MINUTE)
  assert.ok(
    app.fake.count('login') <= 5,
    `${app.fake.count('login')} logins: three, and one more where one was lost`
  )
  const isLost = app.types().some((type) => type === 'crash' || type === 'load-failed')
  assert.equal(isLost, at > 0 && inLife >= at, 'the instance was lost if it was to be')
  const complaints = app.console.splice(0).length
  assert.ok(complaints <= 1, `${complaints} complaints`)
  assert.equal(app.fake.openSockets(), 0)
  app.stop()
  return inLife
}

const EVERY = { only: ['bare', 'fallback'] }
const SEED = 20_261_121

/** All of the numbers from 1 to `count`, or so many of them by chance. */
function placesOf(count, most) {
  const all = many(count, (index) => index + 1)
  if (count <= most || process.env.PLACES === 'all') return all
  const random = new Random(SEED)
  return many(most, () => all.splice(random.between(0, all.length - 1), 1)[0])
}

const LOSSES = [
  ['a trap at each entry into wasm', EXPORT, 80],
  ['a trap in any function of the module', INTERNAL, 40],
  ['an exception of what the module calls', HOST, 40],
  ['memory that is refused, each time some is asked for', ALLOCATION, 40],
  ['memory that does not grow', GROWTH, 20]
]
for (const [name, place, most] of LOSSES) {
  story(`${name}: the app goes on`, EVERY, async (stage) => {
    const count = await liveOnce(stage, place, 0)
    assert.ok(count > 0)
    const places = placesOf(count, most)
    for (const at of places) {
      try {
        await liveOnce(stage, place, at)
      } catch (error) {
        error.message = `${name}, ${at} of ${count} (seed ${SEED}): ${error.message}`
        throw error
      }
    }
  })
}
