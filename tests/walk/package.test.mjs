/**
 * Random walks through the built package on the fake wx: whatever the app, the user, WeChat, the server, the network and
 * the storage do, each call settles once, logins keep to their bounds, and the session goes only where it belongs. What
 * holds in every story (../client/stories.mjs) holds here as well.
 *
 * `make soak` walks further: MOVES, and SEED for another way. A failure names the seed of its world and prints what
 * happened there.
 */
import assert from 'node:assert/strict'
import { Random } from '../../fake-wx/random.mjs'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, USER_URL, story } from '../client/stories.mjs'

const MOVES_A_WORLD = 250
/** The hosts of a story in Node. */
const HOSTS = 4
const moves = Number(process.env.MOVES ?? 100_000)
const seed = Number(process.env.SEED ?? 1)
const worlds = Math.ceil(moves / MOVES_A_WORLD / HOSTS)

const ELSEWHERE = 'https://elsewhere.example.com/user'
const LOGIN_MS = 10_000
const MINUTE_MS = 60_000
const KINDS = ['hang', 'fail', 'twice', 'late', 'rubbish', 'throw']
const APIS = ['login', 'checkSession', 'request', 'getUserInfo', 'getUserProfile']
const SYNCHRONOUS = ['setStorageSync', 'getStorageSync', 'removeStorageSync']

class World {
  story = []
  #calls = []
  #isAskedFor = false
  /** Each discards the login that is on its way. */
  #logOuts = []
  #stopListening

  constructor(app, clock, random) {
    this.app = app
    this.clock = clock
    this.random = random
  }

  #oneOf(values) {
    return values[this.random.between(0, values.length - 1)]
  }

  /** Weights and moves; a move answers what it did, for the story. */
  #moves = [
    [8, () => this.#call('login: true', { login: true })],
    [3, () => this.#call('login: false', { login: false })],
    [3, () => this.#call('withUserInfo', { withUserInfo: true })],
    [1, () => this.#call('to the login URL', { login: false, url: LOGIN_URL })],
    [1, () => this.#call('elsewhere', { login: this.random.next() < 0.5, url: ELSEWHERE })],
    [2, () => this.#ask('login', {})],
    [1, () => this.#ask('login', { force: true })],
    [1, () => this.#ask('getUserInfo', {})],
    [1, () => this.#ask('getUserProfile', { desc: '展示昵称' })],
    [2, () => this.#abort()],
    [1, () => this.#logOut()],
    [2, () => this.app.server.expire() ?? 'the server forgets all sessions'],
    [1, () => this.app.server.wechat.expireSessionKey('user') ?? 'the session_key expires'],
    [1, () => this.#toggle('alwaysInvalid')],
    [1, () => this.#offline()],
    [4, () => this.#fault(this.#oneOf(APIS), this.#oneOf(KINDS))],
    [1, () => this.#fault(this.#oneOf(SYNCHRONOUS), 'throw')],
    [1, () => this.#loginAnswers()],
    [1, () => this.#store()],
    [1, () => this.#listen()],
    [1, () => this.#configure()],
    [10, () => this.#wait(60)],
    [4, () => this.#wait(40_000)]
  ]
  #weight = this.#moves.reduce((sum, [weight]) => sum + weight, 0)

  async make() {
    let at = this.random.between(1, this.#weight)
    const [, move] = this.#moves.find(([weight]) => (at -= weight) <= 0)
    this.story.push(await move())
  }

  #call(what, options) {
    this.#calls.push(this.app.call({ url: USER_URL, ...options }))
    return `request ${what}`
  }

  #ask(name, options) {
    this.#isAskedFor ||= name === 'login'
    this.#calls.push(this.app.note((callbacks) => this.app.qcloud[name]({ ...options, ...callbacks })))
    return `${name} ${JSON.stringify(options)}`
  }

  #abort() {
    const pending = this.#calls.filter(({ outcome, task }) => outcome === 'pending' && task?.abort)
    if (pending.length) this.#oneOf(pending).task.abort()
    return 'abort'
  }

  #logOut() {
    const note = () => this.#logOuts.push(this.clock.now())
    note()
    /* Before the module is loaded it takes its turn behind what was called earlier. */
    void this.app.qcloud.ready().then(note, note)
    this.app.qcloud.clearSession()
    return 'clearSession'
  }

  #toggle(name) {
    const { server } = this.app
    server[name] = !server[name]
    return `${name}: ${server[name]}`
  }

  #offline() {
    const isOffline = this.random.next() < 0.5
    this.app.fake.setOffline(isOffline)
    return `offline: ${isOffline}`
  }

  #fault(api, kind) {
    const ms = this.random.between(1, 20_000)
    this.app.fake.fault(api, {
      kind,
      ms,
      times: 1,
      value: this.#oneOf([null, 'x', {}, { code: 1 }, { data: [] }])
    })
    return `${api} will ${kind} ${ms}`
  }

  #loginAnswers() {
    const [statusCode, data] = this.#oneOf([
      [500, {}],
      [200, '<html>'],
      [429, {}],
      [200, { session: {} }],
      [302, null]
    ])
    this.app.server.respond('/login', { statusCode, header: {}, data }, { times: 1 })
    return `the login will be answered ${statusCode} ${JSON.stringify(data)}`
  }

  #store() {
    const value = this.#oneOf([undefined, '', 'x', 7, { id: 1 }, { skey: {} }, [[]]])
    try {
      this.app.fake.wx.setStorageSync(SESSION_KEY, value)
    } catch (error) {
      // The fault that was meant for the package.
    }
    return `stored: ${JSON.stringify(value)}`
  }

  #listen() {
    if (this.#stopListening) this.#stopListening = this.#stopListening()
    else this.#stopListening = this.app.qcloud.onEvent((event) => this.app.events.push(event))
    return `listening: ${!!this.#stopListening}`
  }

  #configure() {
    const checkSession = this.#oneOf(['launch', 'always', 'never'])
    this.app.qcloud.configure({ checkSession })
    return `checkSession: ${checkSession}`
  }

  async #wait(atMostMs) {
    const ms = this.random.between(0, atMostMs)
    await this.clock.advance(ms)
    return `wait ${ms}`
  }

  /** All is well again. */
  end() {
    const { fake, server } = this.app
    fake.clearFaults()
    fake.setOffline(false)
    server.alwaysInvalid = false
  }

  /** What the log of all host calls must show. */
  check() {
    const logins = this.app.fake.calls('login')
    const times = logins.map(({ time }) => time)
    const within = (count, ms) => times.some((time, index) => times[index + count] - time < ms)
    assert.equal(within(4, 1_000), false, 'more than four logins in a second')
    assert.ok(this.#isAskedFor || !within(5, MINUTE_MS), 'more than five automatic logins in a minute')
    for (const [index, { time, outcome, answeredAt }] of logins.entries()) {
      const next = times[index + 1]
      const isOver =
        next === undefined ||
        next - time >= LOGIN_MS ||
        outcome === 'throw' ||
        answeredAt <= next ||
        this.#logOuts.some((at) => at >= time && at <= next)
      assert.ok(isOver, `wx.login is called at ${next} while the call of ${time} is on its way`)
    }
    for (const { options } of this.app.fake.calls('request', ({ url }) => url === ELSEWHERE)) {
      assert.equal(options.header?.['X-WX-Skey'], undefined, 'the session went elsewhere')
    }
    assert.equal(this.app.server.records.loginsWithSession, 0)
  }
}

/** Worlds in which a walk found something: log-out behind a login while the module was loading. */
const FOUND = [20_261_182_783_745]
const walked = Array.from({ length: worlds }, (_, world) => seed * 1_000_003 + world)

console.log(`SEED=${seed} MOVES=${moves}: ${worlds} worlds on each host`)
for (const own of [...FOUND, ...walked]) {
  story(`a random walk keeps the guarantees, seed ${own}`, async ({ start, clock }) => {
    const random = new Random(own)
    const app = start({ seed: own, observed: random.next() < 0.3 })
    const walk = new World(app, clock, random)
    try {
      for (let move = 0; move < MOVES_A_WORLD; move++) await walk.make()
      walk.end()
      await clock.runUntilIdle()
      walk.check()
    } catch (error) {
      error.message += `\n${walk.story.join('\n')}`
      throw error
    }
  })
}
