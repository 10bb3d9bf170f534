'use strict'
/** What `cache`, `dedupe` and `retry` share: whose answers they are. */
const { getSession, onSessionChange } = require('../index.js')

let changes = 0
let last

/**
 * How often the session has changed: what one user got is not for the next one. The session that the storage held at
 * the launch is announced when it is read, which is no change.
 */
exports.sessionCount = () => {
  if (!last) {
    last = JSON.stringify(getSession())
    onSessionChange((session) => {
      const now = JSON.stringify(session)
      if (now !== last) changes += 1
      last = now
    })
  }
  return changes
}
