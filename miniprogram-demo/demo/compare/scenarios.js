// What a tap does, the same for every SDK. `prepare` comes before the counting; `act` answers what became of each call:
// `{ served, answer }`, where `answer` is the HTTP status or the error's code.
const server = require('../server')

const AT_ONCE = 20

function call(side, options) {
  return new Promise((resolve) => {
    side.called()
    const done = (served, answer) => {
      side.answered({ served, answer })
      resolve({ served, answer })
    }
    side.request(
      Object.assign({ login: true, url: `${side.baseUrl}/user` }, options, {
        success: ({ statusCode }) => done(statusCode === 200, `HTTP ${statusCode}`),
        // wafer2-client-sdk hands out what wx said, which has no type and differs from phone to phone.
        fail: (error) => done(false, error.type || 'request:fail')
      })
    )
  })
}

const callMany = (side, count) => {
  const calls = []
  for (let i = 0; i < count; i++) calls.push(call(side))
  return Promise.all(calls)
}

const one = (side) => callMany(side, 1)
const logIn = (side) =>
  one(side).then(([{ served, answer }]) => {
    if (!served) throw new Error(`${side.name}: ${answer}`)
  })

module.exports = {
  cold: {
    prepare: (side) => Promise.resolve(side.forget()),
    act: (side) => callMany(side, AT_ONCE),
    holds: ({ logins, succeeded, total }) => logins === 1 && succeeded === total
  },
  expired: {
    prepare: (side) => logIn(side).then(() => server.expireSession(side.user)),
    act: (side) => callMany(side, AT_ONCE),
    holds: ({ logins, succeeded, total }) => logins === 1 && succeeded === total
  },
  warm: {
    prepare: logIn,
    act: one,
    holds: ({ native, succeeded }) => native === 1 && succeeded === 1
  },
  offline: {
    prepare: (side) => logIn(side).then(() => side.setOffline(true)),
    act: one,
    restore: (side) => side.setOffline(false),
    holds: ({ session, succeeded }) => session && succeeded === 0
  },
  broken: {
    prepare: (side) => logIn(side).then(() => server.failOnce()),
    act: one,
    restore: () => server.clearFaults(),
    holds: ({ session, answer }) => session && answer === 'HTTP 500'
  },
  refused: {
    prepare: (side) => logIn(side).then(() => server.refuseAlways(true)),
    act: one,
    restore: () => server.refuseAlways(false),
    holds: ({ logins, answer }) => logins === 1 && answer === 'ERR_INVALID_SESSION'
  },
  // The person leaves while the login is on its way.
  logout: {
    prepare: (side) => Promise.resolve(side.forget()),
    act(side) {
      const answers = one(side)
      setTimeout(side.forget)
      return answers
    },
    holds: ({ session }) => !session
  }
}
