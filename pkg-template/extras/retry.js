'use strict'
const { getSession } = require('../index.js')
const { sessionCount } = require('./owner.js')
const { createTask } = require('./task.js')

/** RFC 9110: sending one of these twice does the same as sending it once. */
const IDEMPOTENT = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']
/** The server says by these that it could not; asked again, it may be able to. */
const PASSING = [408, 429, 500, 502, 503, 504]
const LOST = ['ERR_NETWORK', 'ERR_TIMEOUT']

const isOneOf = (list, value) => list.indexOf(value) >= 0

/**
 * When the answer says to come back, in ms from now; undefined or NaN if it does not. A date counts by the server's
 * clock.
 */
function retryAfter({ header }) {
  const headers = {}
  for (const name of Object.keys(header || {})) headers[name.toLowerCase()] = String(header[name]).trim()
  const { date, 'retry-after': wanted } = headers
  if (!wanted) return undefined
  return /^\d+$/.test(wanted) ? wanted * 1000 : Date.parse(wanted) - (Date.parse(date) || Date.now())
}

exports.withRetry = (send, choices) => {
  const { times, delayMs, maxDelayMs, methods, shouldRetry } = Object.assign(
    { times: 2, delayMs: 500, maxDelayMs: 30000, methods: IDEMPOTENT },
    choices
  )
  // An upload is a POST that names no method. Encrypted user data is never sent again: a login may lie between.
  const isRepeatable = ({ method, filePath, name, encryptedData }) =>
    !encryptedData && isOneOf(methods, String(method || (filePath && name ? 'POST' : 'GET')).toUpperCase())

  const request = (options) =>
    createTask(send, options, (own) => {
      const allowed = isRepeatable(own.options) ? times : 0
      // What one user asked for is not asked again as another; where nobody was logged in, the first login is no change.
      const lastCount = sessionCount() + (getSession() ? 0 : 1)
      const attempt = (tried) => {
        /** Waits and tries again, or settles as the last attempt did. */
        const judge = (isPassing, wantedMs, settle) => (outcome) => {
          const wanted = wantedMs(outcome)
          const chosen = shouldRetry
            ? shouldRetry({ outcome, tried: tried + 1, options: own.options })
            : isPassing(outcome)
          if (!chosen || tried >= allowed || wanted > maxDelayMs) return settle(outcome)
          const backoff = Math.min(maxDelayMs, delayMs * Math.pow(2, tried)) * Math.random()
          const goOn = () => (sessionCount() > lastCount ? settle(outcome) : attempt(tried + 1))
          const timer = setTimeout(goOn, Math.max(backoff, wanted || 0))
          own.onAbort = () => clearTimeout(timer)
        }
        own.send(
          send,
          own.options,
          judge(({ statusCode }) => isOneOf(PASSING, statusCode), retryAfter, own.succeed),
          judge(
            // A login that failed says when the next may be tried.
            ({ type, retryAfterMs }) => isOneOf(LOST, type) || retryAfterMs >= 0,
            ({ retryAfterMs }) => retryAfterMs,
            own.fail
          )
        )
      }
      attempt(0)
    })
  return Object.assign(request, send)
}
