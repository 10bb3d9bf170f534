/**
 * Ways to break the testing kit on purpose: in `file`, `find` (which stands there once) becomes `put`; then one of the
 * stories of `tests` has to fail. Sorted by what the kit promises to an app's tests.
 */
const account = 'fake-wx/account.mjs'
const clock = 'fake-wx/clock.mjs'
const host = 'fake-wx/host.mjs'
const network = 'fake-wx/network.mjs'
const servers = 'fake-wx/servers.mjs'
const socket = 'fake-wx/socket.mjs'
const storage = 'fake-wx/storage.mjs'
const tunnel = 'fake-wx/tunnel.mjs'
const wasm = 'fake-wx/wxwebassembly.mjs'
const wechat = 'fake-wx/wechat.mjs'
const wx = 'fake-wx/wx.mjs'
const kit = 'pkg-template/testing/index.js'

const fake = (...names) => names.map((name) => `tests/fake-wx/${name}.test.mjs`)
const PROMISES = ['tests/testing-kit/promises.test.mjs']

export const kitMutations = [
  // Time
  {
    what: 'equal timers fire in any order',
    file: clock,
    find: 'if (this.#timers[middle].due <= timer.due) low',
    put: 'if (this.#timers[middle].due < timer.due) low',
    tests: fake('clock')
  },
  {
    what: 'a timer fires before the microtasks are over',
    file: clock,
    find: 'this.#fire(this.#timers.shift())\n        await drainMicrotasks()\n      }\n    } finally {\n      this.#moving = false',
    put: 'this.#fire(this.#timers.shift())\n      }\n    } finally {\n      this.#moving = false',
    tests: fake('clock')
  },
  {
    what: 'a clock that is moved by the user moves timers',
    file: clock,
    find: 'this.#epoch += ms',
    put: 'this.#elapsed += ms',
    tests: fake('clock')
  },
  {
    what: 'advance leaves the clock at the last timer',
    file: clock,
    find: 'this.#elapsed = Math.max(this.#elapsed, end)',
    put: '',
    tests: fake('clock')
  },
  {
    what: 'an interval fires once',
    file: clock,
    find: 'if (timer.period) this.#insert',
    put: 'if (timer.period < 0) this.#insert',
    tests: fake('clock')
  },
  {
    what: 'runUntilIdle runs for ever',
    file: clock,
    find: 'if (timer.due > end) throw',
    put: 'if (this.pending > 1e6) throw',
    tests: fake('clock')
  },
  {
    what: 'until waits for nothing',
    file: clock,
    find: "if (!settled) throw new Error('the promise never settles",
    put: "if (settled === 1) throw new Error('the promise never settles",
    tests: fake('clock')
  },
  {
    what: 'a delay of more than 32 bits is a long one',
    file: clock,
    find: 'wanted > 0 && wanted <= LONGEST_DELAY_MS',
    put: 'wanted > 0',
    tests: fake('clock')
  },
  {
    what: 'a clock moves by itself where the test wants to move it',
    file: clock,
    find: 'if (!this.#autoAdvance || this.#advancing',
    put: 'if (this.#advancing',
    tests: PROMISES
  },
  {
    what: 'the clock of the kit waits for the test',
    file: kit,
    find: 'autoAdvance: true, ...options',
    put: '...options',
    tests: PROMISES
  },
  // The log
  {
    what: 'the log holds the caller’s own objects',
    file: host,
    find: 'options: deepCopy(options),',
    put: 'options,',
    tests: fake('wx')
  },
  {
    what: 'a call that was answered stays pending in the log',
    file: host,
    find: "entry.outcome = ok ? 'success' : 'fail'",
    put: '',
    tests: fake('wx')
  },
  {
    what: 'resetLog keeps the counts',
    file: wx,
    find: 'for (const api of Object.keys(host.counts)) delete host.counts[api]',
    put: '',
    tests: [...fake('wx'), ...PROMISES]
  },
  {
    what: 'a seed decides nothing',
    file: wx,
    find: 'const random = new Random(seed)',
    put: 'const random = new Random(1)',
    tests: [...fake('wx'), ...PROMISES]
  },
  {
    what: 'what is random is not the seed’s',
    file: 'fake-wx/random.mjs',
    find: 'this.#state = seed >>> 0',
    put: 'this.#state = (seed + Math.random() * 1e9) >>> 0',
    tests: [...fake('wx'), ...PROMISES]
  },
  // Faults
  {
    what: 'a fault strikes for ever',
    file: host,
    find: 'fault.hits >= fault.times',
    put: 'fault.hits >= 1e9',
    tests: fake('wx')
  },
  {
    what: 'a fault strikes at once',
    file: host,
    find: 'if (fault.skip > 0) {',
    put: 'if (fault.skip > 1e9) {',
    tests: fake('wx')
  },
  {
    what: 'a fault strikes every call',
    file: host,
    find: 'if (fault.when && !fault.when(options)) continue',
    put: '',
    tests: fake('wx')
  },
  {
    what: 'a fault that was removed strikes',
    file: host,
    find: 'this.#faults = this.#faults.filter((other) => other !== armed)',
    put: '',
    tests: [...fake('wx'), ...PROMISES]
  },
  {
    what: 'a fault that WeChat does not know is taken',
    file: host,
    find: 'if (!kinds.includes(fault.kind)) {',
    put: 'if (kinds.length === 0) {',
    tests: fake('wx')
  },
  {
    what: 'a fault of no function is taken',
    file: wx,
    find: "if (!(api in wx)) throw new TypeError(`wx has no '${api}'`)",
    put: '',
    tests: [...fake('wx'), ...PROMISES]
  },
  {
    what: 'a request that fails has reached the server',
    file: host,
    find: "['fail', 'hang', 'rubbish'].includes(fault.kind) && !fault.delivered",
    put: "['hang', 'rubbish'].includes(fault.kind) && !fault.delivered",
    tests: fake('wx')
  },
  {
    what: 'a fault that strikes after the server has heard strikes before',
    file: host,
    find: "['fail', 'hang', 'rubbish'].includes(fault.kind) && !fault.delivered",
    put: "['fail', 'hang', 'rubbish'].includes(fault.kind)",
    tests: fake('wx')
  },
  {
    what: 'an answer that comes twice comes once',
    file: host,
    find: 'this.after(fault.gapMs ?? 0, () => natural(...again))',
    put: '',
    tests: fake('wx')
  },
  {
    what: 'a callback that throws stops complete',
    file: host,
    find: '    try {\n      callback(...args)\n    } catch (error) {\n      this.#onUncaught(error)\n    }',
    put: '    callback(...args)',
    tests: fake('wx')
  },
  {
    what: 'functions of the test’s own take no faults',
    file: wx,
    find: ': (options) => host.call(name, options, () => work(options ?? {}))',
    put: ': async (options) => work(options ?? {})',
    tests: PROMISES
  },
  // The network
  {
    what: 'any number of requests are in flight',
    file: network,
    find: 'const AT_ONCE = 10',
    put: 'const AT_ONCE = 1000',
    tests: fake('network')
  },
  {
    what: 'a request that ends frees no place',
    file: network,
    find: 'while (active.size < AT_ONCE && queued.length > 0) start(queued.shift())',
    put: '',
    tests: fake('network')
  },
  {
    what: 'a server that hangs hangs the request',
    file: network,
    find: "this.#timer = host.clock.setTimeout(() => this.end(false, new HostFailure('timeout', 5)), timeout)",
    put: '',
    tests: fake('network')
  },
  {
    what: 'the timeout of a call is not its own',
    file: network,
    find: 'const timeout = this.#options.timeout ?? TIMEOUT_MS',
    put: 'const timeout = TIMEOUT_MS',
    tests: fake('network')
  },
  {
    what: 'abort is answered inside the call',
    file: network,
    find: 'host.after(0, () => this.#respond(ok, answer))',
    put: 'this.#respond(ok, answer)',
    tests: fake('network')
  },
  {
    what: 'a form goes out as JSON',
    file: network,
    find: '/x-www-form-urlencoded/i.test(header[typeName])',
    put: 'header === undefined',
    tests: fake('network')
  },
  {
    what: 'the data of a GET is its body',
    file: network,
    find: "isObject && (method === 'GET' || method === 'HEAD')",
    put: "isObject && method === 'HEAD'",
    tests: fake('network')
  },
  {
    what: 'a body that is no JSON fails',
    file: network,
    find: "  if (dataType !== 'json') return text\n",
    put: '',
    tests: fake('network')
  },
  {
    what: 'an upload needs no file',
    file: network,
    find: "if (!bytes) throw new HostFailure('file not found')",
    put: 'if (!bytes) return',
    tests: fake('network')
  },
  {
    what: 'offline, requests reach the server',
    file: network,
    find: "(state.offline && new HostFailure('net::ERR_INTERNET_DISCONNECTED', 600001))",
    put: 'false',
    tests: [...fake('network'), ...PROMISES]
  },
  {
    what: 'offline, what is in flight comes back',
    file: wx,
    find: "network.interrupt('net::ERR_INTERNET_DISCONNECTED', 600001)",
    put: '',
    tests: fake('network')
  },
  {
    what: 'an app in the background goes on for ever',
    file: wx,
    find: '        state.suspended = true\n        network.interrupt()',
    put: '        state.suspended = true',
    tests: [...fake('network'), ...PROMISES]
  },
  {
    what: 'an app that comes back within five seconds is suspended all the same',
    file: wx,
    find: 'clock.clearTimeout(suspension)',
    put: '',
    tests: [...fake('network'), ...PROMISES]
  },
  {
    what: 'a server that is not in the domain list answers',
    file: wx,
    find: 'const serverFor = servers ? (origin) => servers[origin] : () => server',
    put: 'const serverFor = servers ? (origin) => servers[origin] ?? Object.values(servers)[0] : () => server',
    tests: [...fake('network'), ...PROMISES]
  },
  // Who the user is
  {
    what: 'a code works twice',
    file: wechat,
    find: 'issued.used = true',
    put: '',
    tests: fake('account')
  },
  {
    what: 'a code works for ever',
    file: wechat,
    find: 'if (this.#clock.now() - issued.issued > CODE_LIFETIME_MS)',
    put: 'if (this.#clock.now() - issued.issued > 1e12)',
    tests: fake('account')
  },
  {
    what: 'a login leaves the session_key as it was',
    file: wechat,
    find: 'account.sessionKey = this.#cipher.key(this.#random)',
    put: 'account.sessionKey ??= this.#cipher.key(this.#random)',
    tests: fake('account')
  },
  {
    what: 'checkSession is always content',
    file: wechat,
    find: 'this.#account(user).live = false',
    put: '',
    tests: fake('account')
  },
  {
    what: 'a profile needs no tap',
    file: account,
    find: "if (!inTap) throw new HostFailure('can only be invoked by user TAP gesture.')",
    put: '',
    tests: fake('account')
  },
  {
    what: 'WeChat still tells the user’s name',
    file: account,
    find: 'person.anonymous ? ANONYMOUS_USER_INFO : person.userInfo',
    put: 'person.userInfo',
    tests: fake('account')
  },
  {
    what: 'nobody refuses anything',
    file: account,
    find: "if (person.denies.includes('getUserProfile')) throw new HostFailure(person.denial)",
    put: '',
    tests: fake('account')
  },
  {
    what: 'user data needs no consent',
    file: account,
    find: 'if (state.privacy.needed && !state.privacy.agreed) throw new HostFailure(...PRIVACY_REFUSED)',
    put: '',
    tests: fake('account')
  },
  {
    what: 'there is a login in single-page mode',
    file: account,
    find: `if (state.singlePage) throw new HostFailure("can't be called in single page mode")`,
    put: '',
    tests: fake('account')
  },
  {
    what: 'WeChat takes any number of logins a second',
    file: account,
    find: 'if (times.length >= CALLS_A_SECOND)',
    put: 'if (times.length >= 1000)',
    tests: fake('account')
  },
  {
    what: 'user data is encrypted under another key',
    file: kit,
    find: "const cipher = createCipheriv(ALGORITHM, Buffer.from(key, 'base64')",
    put: 'const cipher = createCipheriv(ALGORITHM, Buffer.alloc(16)',
    tests: PROMISES
  },
  // The server
  {
    what: 'a login leaves the user’s other sessions',
    file: servers,
    find: "if (this.#perUser === 'one') this.expire(user)",
    put: '',
    tests: fake('servers')
  },
  {
    what: 'expire ends everybody’s sessions',
    file: servers,
    find: 'if (user === undefined || session.user === user) this.sessions',
    put: 'this.sessions',
    tests: fake('servers')
  },
  {
    what: 'a session never ends by itself',
    file: servers,
    find: 'session && this.#clock.now() - session.issued < this.ttlMs',
    put: 'session',
    tests: [...fake('servers'), ...PROMISES]
  },
  {
    what: 'alwaysInvalid is never',
    file: servers,
    find: '!live || this.alwaysInvalid ||',
    put: '!live ||',
    tests: fake('servers')
  },
  {
    what: 'a login that carries a session is not counted',
    file: servers,
    find: 'if (this.credential(request)) this.records.loginsWithSession += 1',
    put: '',
    tests: fake('servers')
  },
  {
    what: 'the names of headers are compared letter by letter',
    file: servers,
    find: 'if (key.toLowerCase() === wanted) return header[key]',
    put: 'if (key === name) return header[key]',
    tests: fake('servers')
  },
  {
    what: 'a scripted response is for ever',
    file: servers,
    find: 'scripted.times -= 1',
    put: '',
    tests: PROMISES
  },
  {
    what: 'a route for one method answers all',
    file: servers,
    find: '(this.#namesMethods && this.#routes.get(`${method} ${path}`)) || this.#routes.get(path)',
    put: 'this.#routes.get(path) ?? this.#routes.get(`POST ${path}`)',
    tests: PROMISES
  },
  {
    what: 'a route with a session lets everybody in',
    file: servers,
    find: 'if (!route.session) {',
    put: 'if (!route.session || path.length > 6) {',
    tests: [...fake('servers'), ...PROMISES]
  },
  // WebSockets
  {
    what: 'a sixth socket opens',
    file: socket,
    find: 'sockets.open.size < SOCKETS_AT_ONCE',
    put: 'sockets.open.size < 100',
    tests: fake('socket')
  },
  {
    what: 'a lost network closes no socket',
    file: socket,
    find: 'for (const socket of [...sockets.open]) socket.drop(options)',
    put: '',
    tests: fake('socket')
  },
  {
    what: 'a server that refuses sockets takes them',
    file: tunnel,
    find: 'if (this.refusing || !this.#issued.has(url))',
    put: 'if (!this.#issued.has(url))',
    tests: fake('socket')
  },
  {
    what: 'a silent server answers',
    file: tunnel,
    find: 'if (this.silent) return',
    put: '',
    tests: fake('socket')
  },
  // The storage
  {
    what: 'the storage holds the app’s own objects',
    file: storage,
    find: "return stored === undefined ? '' : JSON.parse(stored)",
    put: 'return stored === undefined ? null : JSON.parse(stored)',
    tests: fake('wx')
  },
  {
    what: 'the storage is never full',
    file: storage,
    find: "      throw new HostFailure('exceed storage max size')",
    put: '      values.size',
    tests: PROMISES
  },
  {
    what: 'a value of any size can be stored',
    file: storage,
    find: "if (serialised.length > LONGEST_VALUE) throw new HostFailure('exceed storage item max length')",
    put: '',
    tests: [...PROMISES, ...fake('wx')]
  },
  {
    what: 'a Map that is shared is copied',
    file: storage,
    find: 'const values = initial instanceof Map ? initial : new Map()',
    put: 'const values = new Map(initial instanceof Map ? initial : [])',
    tests: [...fake('wx'), ...PROMISES]
  },
  // The module
  {
    what: 'the module is always there',
    file: wasm,
    find: "if (active?.kind === 'reject') throw",
    put: "if (active?.kind === 'never') throw",
    tests: PROMISES
  },
  {
    what: 'a trap strikes for ever',
    file: wasm,
    find: 'trap.times -= 1',
    put: '',
    tests: [...fake('device'), ...PROMISES]
  },
  // The surroundings
  {
    what: 'an old base library has everything',
    file: wx,
    find: 'if (name in wx && !isAtLeast(libVersion, SINCE[name])) delete wx[name]',
    put: '',
    tests: fake('wx')
  },
  {
    what: 'a listener that was removed hears',
    file: wx,
    find: 'listeners[event] = listener ? listeners[event].filter((other) => other !== listener) : []',
    put: '',
    tests: fake('network')
  },
  // Installing it
  {
    what: 'uninstall leaves the fake',
    file: kit,
    find: 'if (descriptor) Object.defineProperty(global, name, descriptor)\n      else delete global[name]',
    put: '',
    tests: PROMISES
  },
  {
    what: 'uninstall brings back fake timers that have ended',
    file: kit,
    find: 'if (isTimer && global[name] !== value) continue',
    put: '',
    tests: PROMISES
  },
  {
    what: 'uninstall leaves the timers',
    file: kit,
    find: 'clock.clear?.()',
    put: '',
    tests: PROMISES
  },
  {
    what: 'a fake that is installed leaves the one before',
    file: kit,
    find: 'installed?.uninstall()',
    put: '',
    tests: PROMISES
  },
  {
    what: 'a wx that is there is replaced whole',
    file: kit,
    find: '{ ...global.wx, ...fake.wx }',
    put: '{ ...fake.wx }',
    tests: PROMISES
  },
  {
    what: 'timers are virtual where the test wants its own',
    file: kit,
    find: 'if (timers) {',
    put: 'if (true) {',
    tests: PROMISES
  },
  {
    what: 'resetModules forgets the kit itself',
    file: kit,
    find: 'if (!path.startsWith(kept)) delete require.cache[path]',
    put: 'delete require.cache[path]',
    tests: PROMISES
  },
  {
    what: 'resetModules forgets nothing',
    file: kit,
    find: 'if (!path.startsWith(kept)) delete require.cache[path]',
    put: '',
    tests: PROMISES
  },
  {
    what: 'a protocol that nobody speaks is taken for the first',
    file: kit,
    find: 'const Server = SERVERS[protocol]',
    put: 'const Server = SERVERS[protocol] ?? SERVERS.wafer',
    tests: PROMISES
  }
]
