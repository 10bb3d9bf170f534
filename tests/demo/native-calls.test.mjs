/** The mini-program counts native calls as the terminal does: each call that reaches wx is one. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'

const require = createRequire(import.meta.url)
const COUNTER = require.resolve('../../miniprogram-demo/demo/native-calls.js')

/** An app in this process, whose `wx` and `WXWebAssembly` the demo's counter watches. */
function startCounted(t) {
  const clock = new VirtualClock()
  const app = startApp({ environment: 'node', clock, server: new WaferServer({ clock }) })
  t.after(() => app.stop())
  delete require.cache[COUNTER]
  const counter = require(COUNTER)
  counter.watch()
  app.qcloud.setLoginUrl('https://api.example.com/login')
  const request = () => app.qcloud.request({ login: true, url: 'https://api.example.com/user' })
  return { app, clock, counter, burst: () => clock.until(Promise.all(Array.from({ length: 20 }, request))) }
}

const seenBy = ({ fake, wasm }) => {
  const seen = { ...fake.counts }
  if (wasm.calls.length) seen['WXWebAssembly.instantiate'] = wasm.calls.length
  return seen
}

test('twenty calls on a cold start: every native call is counted, the loading of the module too', async (t) => {
  const { app, counter, burst } = startCounted(t)
  await burst()
  const counted = counter.end()
  assert.deepEqual(counted, seenBy(app))
  assert.deepEqual([counted.login, counted.request], [1, 21])
})

test('a run has its own calls only, and the server is told which run it is', async (t) => {
  const { app, counter, burst } = startCounted(t)
  await burst()
  counter.begin('tap-1')
  app.fake.resetLog()
  await burst()
  assert.deepEqual(counter.end(), { request: 20 })
  const runs = app.fake.calls('request').map(({ options }) => options.header['X-Demo-Run'])
  assert.deepEqual(new Set(runs), new Set(['tap-1']))
  await burst()
  assert.equal(app.fake.calls('request').at(-1).options.header['X-Demo-Run'], undefined)
})

test('without a network, requests and wx.login fail as on a phone', async (t) => {
  const { app, clock, counter } = startCounted(t)
  counter.setOffline(true)
  const failed = app.qcloud.request({ url: 'https://api.example.com/user' }).catch((error) => error)
  assert.equal((await clock.until(failed)).type, 'ERR_NETWORK')
  assert.equal(app.fake.count('request'), 0)
})
