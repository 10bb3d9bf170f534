/** What the server, the network, the clock and the system do, in every state of the session. */
const HOUR_MS = 3_600_000

/** Requests that take longer than the five seconds after which WeChat ends what a hidden app has under way. */
const SLOW = { latency: { request: [8000, 8000], default: [20, 20] } }

/** Strikes requests of a path, at the real server, until all is well again. */
const dev = (server, path, kind, more) => ({
  strike: () => server.dev('fault', { path, kind, count: 9, ...more }),
  mend: () => server.dev('clear-faults')
})

const LOGIN = 'server: login'
const CALL = 'server: call'
const KINDS = {
  'HTTP 500': 'status500',
  'a page of HTML': 'html',
  'cut before it served': 'cut',
  'cut after it served': 'cut-answer'
}

/** Does something 30 ms after the call was made, wherever the call is by then. */
const soon = (act) => async (phone) => {
  await phone.pass(30)
  await act(phone)
}

/** @param {object} server as startServer gives it */
export const serverRows = (server) => [
  ...Object.entries(KINDS).map(([does, kind]) => [LOGIN, does, dev(server, '/login', kind)]),
  ...Object.entries(KINDS).map(([does, kind]) => [CALL, does, dev(server, '/user', kind)]),
  [
    LOGIN,
    'killed, then back',
    {
      async strike(phone) {
        await server.dev('fault', { path: '/login', kind: 'delay', count: 1, delay_ms: 60_000 })
        killDuringLogin(server)(phone)
      },
      mend: () => server.dev('clear-faults')
    }
  ],
  ...Object.entries({ 'an hour forth': HOUR_MS, 'an hour back': -HOUR_MS }).map(([does, ms]) => [
    'clock',
    does,
    { meanwhile: soon((phone) => phone.clock.jump(ms)) }
  ]),
  ['clock', 'back and forth', { meanwhile: backAndForth }],
  ['app', '40 minutes in the background', { options: SLOW, meanwhile: soon(background) }],
  ['app', 'frozen for 40 minutes', { meanwhile: soon((phone) => phone.clock.sleep(40 * 60_000)) }],
  ['network', 'gone for a minute', { meanwhile: soon(offline) }]
]

/** How long the request is given to come to the server, in ms of its time; it is not answered in any case. */
const ARRIVAL_MS = 50

/** The server is killed over the login request, and back before anybody asks again. */
const killDuringLogin = (server) => (phone) => {
  phone.onRequest = async (path) => {
    if (path !== '/login') return
    phone.onRequest = undefined
    await new Promise((resolve) => setTimeout(resolve, ARRIVAL_MS))
    await server.kill()
    await server.restart()
  }
}

async function backAndForth(phone) {
  for (let round = 0; round < 20; round++) {
    phone.clock.jump(round % 2 ? HOUR_MS : -HOUR_MS)
    await phone.pass(7)
  }
}

async function background(phone) {
  phone.fake.background()
  await phone.pass(40 * 60_000)
  phone.fake.foreground()
}

async function offline(phone) {
  phone.fake.setOffline(true)
  await phone.pass(60_000)
  phone.fake.setOffline(false)
}
