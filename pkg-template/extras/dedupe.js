'use strict'
const { copyOf, keyOf } = require('./equal.js')
const { sessionCount } = require('./owner.js')
const { EVENTS, aborted, createTask } = require('./task.js')

exports.withDedupe = (send, choices) => {
  const { key } = Object.assign({ key: keyOf }, choices)
  /** What is on its way, by key: one call, and who waits for its answer. */
  const flights = new Map()

  function begin(id, flight, options) {
    const land = (tell) => (outcome) => {
      if (flights.get(id) === flight) flights.delete(id)
      flight.waiters.splice(0).forEach((waiter, index) => tell(waiter, outcome, index))
    }
    flights.set(id, flight)
    flight.task = send(
      Object.assign({}, options, {
        success: land((waiter, answer, index) => waiter.success(index ? copyOf(answer) : answer)),
        fail: land((waiter, error) => waiter.fail(error))
      })
    )
  }

  /** Waits with those who want the same; the call ends when the last of them gives up. */
  function join(id, given) {
    const flight = flights.get(id) || { waiters: [], task: undefined }
    flight.waiters.push(given)
    if (!flights.has(id)) begin(id, flight, given)
    const seat = {
      abort() {
        flight.waiters = flight.waiters.filter((waiter) => waiter !== given)
        if (!flight.waiters.length) {
          flights.delete(id)
          flight.task.abort()
        }
        given.fail(aborted())
      }
    }
    EVENTS.forEach((event) => {
      const name = 'on' + event
      seat[name] = (listener) => flight.task[name] && flight.task[name](listener)
    })
    return seat
  }

  const request = (options) =>
    createTask(send, options, (own) => {
      const id = key(own.options)
      const isShared = typeof id === 'string'
      // After a log-out, nobody waits for what the user before asked for.
      const share = (given) => join(sessionCount() + ':' + id, given)
      own.send(isShared ? share : send, own.options, own.succeed, own.fail)
    })
  return Object.assign(request, send)
}
