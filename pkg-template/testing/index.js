'use strict'
/**
 * `wafer-client-wasm/testing`: a fake wx with a session server behind it, for the tests of apps (Node only). index.d.ts
 * says what everything does; fake-wx.js is the fake itself, bundled.
 */
const { createCipheriv, createDecipheriv } = require('crypto')
const { readFileSync } = require('fs')
const { join, sep } = require('path')
const { brotliDecompressSync } = require('zlib')
const fakeWx = require('./fake-wx.js')

const { SESSION_KEY, VirtualClock, WeChat, systemClock } = fakeWx

const SERVERS = { wafer: fakeWx.WaferServer, wafer2: fakeWx.Wafer2Server, bearer: fakeWx.BearerServer }
const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval']

/** User data as WeChat encrypts it: AES-128-CBC with PKCS#7; key, iv and data in base64. */
const ALGORITHM = 'aes-128-cbc'
const bytes = (random) => Buffer.from(random.hex(32), 'hex').toString('base64')
const aes = {
  key: bytes,
  iv: bytes,
  encrypt(text, key, iv) {
    const cipher = createCipheriv(ALGORITHM, Buffer.from(key, 'base64'), Buffer.from(iv, 'base64'))
    return cipher.update(text, 'utf8', 'base64') + cipher.final('base64')
  },
  decrypt(encryptedData, iv, key) {
    try {
      const decipher = createDecipheriv(ALGORITHM, Buffer.from(key, 'base64'), Buffer.from(iv, 'base64'))
      return decipher.update(encryptedData, 'base64', 'utf8') + decipher.final('utf8')
    } catch {
      return undefined
    }
  }
}

const CLOCK_OPTIONS = ['start', 'autoAdvance', 'onUncaught']
const SERVER_OPTIONS = [
  'protocol',
  'clock',
  'seed',
  'wechat',
  'appid',
  'sessionsPerUser',
  'loginMode',
  'ttlMs',
  'latency'
]
const WX_OPTIONS = [
  'clock',
  'server',
  'servers',
  'wechat',
  'seed',
  'latency',
  'storage',
  'user',
  'apis',
  'rateLimit',
  'scene',
  'privacy',
  'libVersion',
  'appid',
  'files',
  'canIUse',
  'onUncaught'
]

/** Throws at a misspelt option: the test would believe in a situation that does not hold. */
function refuseOthers(name, options, known) {
  const unknown = Object.keys(options).find((option) => !known.includes(option))
  if (unknown) throw new TypeError(`${name} has no option '${unknown}', only: ${known.join(', ')}`)
}

function createClock(options = {}) {
  refuseOthers('createClock', options, CLOCK_OPTIONS)
  return new VirtualClock({ autoAdvance: true, ...options })
}

function createServer(given = {}) {
  refuseOthers('createServer', given, SERVER_OPTIONS)
  const { protocol = 'wafer', clock = createClock(), seed = 1, appid, ...options } = given
  const Server = SERVERS[protocol]
  if (!Server) {
    throw new TypeError(`protocol '${protocol}' is none of ${Object.keys(SERVERS).join(', ')}`)
  }
  const wechat = options.wechat ?? new WeChat({ clock, seed, appid, cipher: aes })
  return new Server({ clock, seed, ...options, wechat })
}

/** The package's own WebAssembly module, wherever in a mini-program it is looked for. */
let core
function readPackageFile(path) {
  if (!path.endsWith('wafer-client-wasm/core.wasm.br')) return undefined
  core ??= brotliDecompressSync(readFileSync(join(__dirname, '../miniprogram_dist/core.wasm.br')))
  return core
}

let installed

function createWx(options = {}) {
  refuseOthers('createWx', options, WX_OPTIONS)
  const { servers, onUncaught } = options
  const anyServer = options.server ?? (servers && Object.values(servers)[0])
  const clock = options.clock ?? anyServer?.clock ?? createClock({ onUncaught })
  const server = options.server ?? (servers ? undefined : createServer({ clock, seed: options.seed }))
  const wechat = options.wechat ?? anyServer?.wechat ?? server?.wechat
  const fake = fakeWx.createWx({ ...options, clock, server, ...(wechat && { wechat }) })
  const wasm = fakeWx.createWXWebAssembly({ clock, readPackageFile })
  let saved

  function install({ timers = clock !== systemClock, global = globalThis } = {}) {
    installed?.uninstall()
    // Functions of a wx that is there already, such as miniprogram-simulate's, stay where the fake has none.
    const globals = { wx: { ...global.wx, ...fake.wx }, WXWebAssembly: wasm.WXWebAssembly }
    if (timers) {
      for (const name of TIMERS) globals[name] = clock[name]
      globals.Date = clock.Date
    }
    saved = []
    for (const [name, value] of Object.entries(globals)) {
      saved.push([name, Object.getOwnPropertyDescriptor(global, name), global, value])
      Object.defineProperty(global, name, { value, configurable: true, enumerable: true, writable: true })
    }
    installed = fake
    return fake
  }

  function uninstall() {
    for (const [name, descriptor, global, value] of saved ?? []) {
      // Whoever ended fake timers that were there before has put back the real ones.
      const isTimer = TIMERS.includes(name) || name === 'Date'
      if (isTimer && global[name] !== value) continue
      if (descriptor) Object.defineProperty(global, name, descriptor)
      else delete global[name]
    }
    saved = undefined
    clock.clear?.()
    if (installed === fake) installed = undefined
  }

  return Object.assign(fake, { clock, WXWebAssembly: wasm.WXWebAssembly, wasm, install, uninstall })
}

function resetModules() {
  const kept = `${__dirname}${sep}`
  for (const path of Object.keys(require.cache)) {
    if (!path.startsWith(kept)) delete require.cache[path]
  }
}

exports.SESSION_KEY = SESSION_KEY
exports.createClock = createClock
exports.createServer = createServer
exports.createWx = createWx
exports.resetModules = resetModules
exports.systemClock = systemClock
