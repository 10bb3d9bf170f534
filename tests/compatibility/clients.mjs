/**
 * The predecessors and this package, each on a fake `wx` of its own against a server of its own: one scenario
 * runs on both, and what it saw is compared.
 *
 *   same('a name', async (client) => observation)                 // both see the same
 *   differs('anchor', 'a name', async (client) => …, { before, now })
 *
 * `anchor` is that of a difference in docs/migration.md, where its reason stands; guide.test.mjs holds the guide
 * to the list of them. A client is { qcloud, fake, server, clock, isOld, call(options), idle(), warm() }.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { startPredecessor } from '../../fake-wx/run/predecessors.mjs'
import { Wafer2Server, WaferServer } from '../../fake-wx/servers.mjs'

export const ORIGIN = 'https://api.example.com'
export const LOGIN_URL = `${ORIGIN}/login`
export const USER_URL = `${ORIGIN}/user`

export const WAFER = { predecessor: 'wafer-client-sdk', Server: WaferServer, configuration: {} }
export const WAFER2 = {
  predecessor: 'wafer2-client-sdk',
  Server: Wafer2Server,
  configuration: { protocol: 'wafer2' }
}

/** Servers that look at the code and ignore the rest: both clients can log in. */
export const anyLogin = { serverOptions: { checksLoginUserData: false } }

/** One client with a login URL; `storage` (a Map) lets it take over from another. */
export function startClient(
  kind,
  isOld,
  { serverOptions, clock, server, url = LOGIN_URL, configuration, ...options } = {}
) {
  const uncaught = []
  clock ??= new VirtualClock({ onUncaught: (error) => uncaught.push(error) })
  server ??= new kind.Server({ clock, ...serverOptions })
  const shared = { clock, server, ...options }
  const client = isOld
    ? startPredecessor(kind.predecessor, shared)
    : startApp({ environment: 'bare', ...shared })
  const { qcloud, fake } = client
  if (!isOld) qcloud.configure({ ...kind.configuration, ...configuration })
  if (url) qcloud.setLoginUrl(url)
  const idle = () => clock.runUntilIdle()
  /** What a call told, by which callbacks, in order. */
  const told = (start) => {
    const calls = []
    const note = (name) => (value) => void calls.push([name, value])
    start({ success: note('success'), fail: note('fail'), complete: note('complete') })
    return calls
  }
  const call = async (given) => {
    const calls = told((callbacks) => qcloud.request({ login: true, url: USER_URL, ...given, ...callbacks }))
    await idle()
    return calls
  }
  const login = async (given) => {
    const calls = told((callbacks) => qcloud.login({ ...given, ...callbacks }))
    await idle()
    return calls
  }
  const warm = async () => {
    await call()
    fake.resetLog()
    server.resetRecords()
  }
  return { qcloud, fake, server, clock, uncaught, isOld, idle, call, login, warm }
}

async function observe(kind, isOld, scenario, options) {
  /* As JSON, because objects of the bare context have prototypes of its own. */
  return JSON.parse(JSON.stringify((await scenario(startClient(kind, isOld, options))) ?? null))
}

export function comparing(kind) {
  return {
    same(name, scenario, options) {
      test(`${kind.predecessor} and this package: ${name}`, async () => {
        const before = await observe(kind, true, scenario, options)
        assert.deepEqual(await observe(kind, false, scenario, options), before)
        assert.notEqual(before, null, 'the scenario observed nothing')
      })
    },
    differs(anchor, name, scenario, { before, now, ...options }) {
      test(`unlike ${kind.predecessor} (${anchor}): ${name}`, async () => {
        assert.notDeepEqual(now, before)
        assert.deepEqual(await observe(kind, true, scenario, options), before)
        assert.deepEqual(await observe(kind, false, scenario, options), now)
      })
    }
  }
}

/** The names of callbacks that were called, and the type of the error. */
export const outcome = (calls) =>
  calls.map(([name, value]) => (name === 'success' ? name : `${name} ${value?.type}`))
