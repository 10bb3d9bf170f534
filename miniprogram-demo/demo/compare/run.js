// Lets one SDK do what a tap asks for, and says what came of it: what the app got, what went through wx, and what the
// server noted of this run.
const scenarios = require('./scenarios')
const server = require('../server')

const sum = (counts) => Object.keys(counts).reduce((total, name) => total + counts[name], 0)

function resultOf(side, answers, { calls, timeline }, records) {
  return {
    name: side.name,
    total: answers.length,
    succeeded: answers.filter(({ served }) => served).length,
    answer: answers[0].answer,
    logins: calls.login || 0,
    native: sum(calls),
    calls,
    session: side.hasSession(),
    duration: timeline.duration,
    timeline,
    records: records && {
      logins: records.logins.attempted,
      served: records.sessionRequests.ok,
      refused: records.sessionRequests.refused
    }
  }
}

module.exports = function run(id, side, tap) {
  const { prepare, act, restore = () => {} } = scenarios[id]
  const name = `${tap}-${side.name}`
  let answers = null
  let seen = null
  return (
    Promise.resolve(prepare(side))
      .then(() => {
        side.begin(name)
        return act(side)
      })
      .then((given) => {
        answers = given
        return side.settled()
      })
      .then(() => {
        seen = side.end()
      })
      .then(
        () => restore(side),
        (error) => Promise.resolve(restore(side)).then(() => Promise.reject(error))
      )
      // A server behind WeChat itself keeps no such records, and one that is gone cannot be asked.
      .then(() => server.records(name).catch(() => null))
      .then((records) => resultOf(side, answers, seen, records))
  )
}
