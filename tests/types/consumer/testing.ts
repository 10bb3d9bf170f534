import {
  SESSION_KEY,
  createClock,
  createServer,
  createWx,
  resetModules,
  systemClock,
  type FakeWx,
  type Fault,
  type SessionServer
} from 'wafer-client-wasm/testing'

const clock = createClock({ autoAdvance: false, start: Date.UTC(2026, 0, 1) })
const server: SessionServer = createServer({
  clock,
  protocol: 'wafer2',
  sessionsPerUser: 'many',
  ttlMs: 1000
})
server.route(
  'POST /orders',
  ({ data, header }, { user }) => ({ statusCode: 201, data: { data, header, user } }),
  {
    session: true
  }
)
server.respond('/orders', { statusCode: 503, header: { 'Retry-After': '2' } }, { times: 2 })

const fake: FakeWx = createWx({
  server,
  latency: { request: [30, 150] },
  user: { anonymous: false },
  apis: { chooseMedia: ({ count }) => ({ count }) }
}).install({ timers: false })
const faults: Fault[] = [
  { kind: 'hang' },
  { kind: 'fail', errMsg: 'login:fail', errno: 5, times: 1 },
  { kind: 'throw', error: new Error() },
  { kind: 'twice', then: 'fail', gapMs: 10 },
  { kind: 'late', ms: 100, skip: 1 },
  { kind: 'rubbish', value: null, when: ({ url }) => url === '' }
]
for (const fault of faults) fake.fault('login', fault).remove()
fake.calls('request', ({ method }) => method === 'POST').map(({ outcome, time }) => [outcome, time])
const value: Promise<number> = clock.until(Promise.resolve(1))
const tapped: string = fake.tap(() => SESSION_KEY)
resetModules()
createWx({ clock: systemClock })
fake.uninstall()
export { tapped, value }

const { wx } = createWx({
  apis: { chooseMedia: (options: { count: number }) => ({ count: options.count }), nowSync: () => 7 }
})
const code: Promise<string> = wx.login().then((answer) => answer.code)
const nothing: void = wx.login({ success: (answer) => answer.code.length, fail: (failure) => failure.errMsg })
wx.request({ url: 'https://api.example.com', success: ({ statusCode }) => statusCode + 1 }).abort()
const chosen: Promise<number> = wx.chooseMedia({ count: 1 }).then(({ count }) => count)
wx.chooseMedia({ count: 1, success: ({ count, errMsg }) => count + errMsg.length })
const now: number = wx.nowSync()
const socket = wx.connectSocket({ url: 'wss://api.example.com' })
socket.onMessage(({ data }) => data)
fake.wasm.fault({ kind: 'late', ms: 5, times: 1 })
fake.wasm.trap({ on: 'poll' })
server.tunnel.connections.map(({ received, cut }) => (cut(1000), received.length))
export { chosen, code, nothing, now }

// @ts-expect-error wx has no such function
wx.logIn()
// @ts-expect-error a profile needs a reason
wx.getUserProfile()
// @ts-expect-error there is no such function to go wrong
fake.fault('logIn', { kind: 'hang' })
// @ts-expect-error the loader cannot answer twice
fake.wasm.fault({ kind: 'twice' })
// @ts-expect-error no such fault
fake.fault('login', { kind: 'explode' })
// @ts-expect-error a late answer is late by some time
fake.fault('login', { kind: 'late' })
// @ts-expect-error no such protocol
createServer({ protocol: 'wafer3' })
// @ts-expect-error the limit of a day is no text
clock.runUntilIdle({ limitMs: '1' })
