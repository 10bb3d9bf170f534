'use strict'
const { getSession } = require('../index.js')
const { copyOf, keyOf } = require('./equal.js')
const { sessionCount } = require('./owner.js')
const { createTask, soon } = require('./task.js')

const isGood = ({ statusCode }) => statusCode >= 200 && statusCode < 300

exports.withCache = (send, choices) => {
  const { maxAgeMs, staleMs, limit, key } = Object.assign(
    { maxAgeMs: 60000, staleMs: 0, limit: 100, key: keyOf },
    choices
  )
  /** Oldest first. */
  const entries = new Map()
  let clears = 0

  /** The entry of this key, if it is for the user of now and may still be shown. */
  const find = (id, session) => {
    const entry = entries.get(id)
    const age = entry && Date.now() - entry.at
    // The wall clock may have been set back.
    if (entry && entry.session === session && age >= 0 && age < maxAgeMs + staleMs) return entry
    entries.delete(id)
    return undefined
  }

  /** Keeps a good answer, unless the user or the cache changed on the way; the login that the call waited for is no change. */
  const keeper = (id, { login }) => {
    const before = clears
    const session = sessionCount()
    const isCold = login && !getSession()
    return (answer) => {
      const now = sessionCount()
      const isSameUser = now === session || (isCold && now === session + 1)
      if (!isSameUser || clears !== before || !isGood(answer)) return
      entries.delete(id)
      entries.set(id, { at: Date.now(), session: now, answer: copyOf(answer) })
      if (entries.size > limit) entries.delete(entries.keys().next().value)
    }
  }

  /** Fetches in the background what is about to be too old; if that fails, what is there stays. */
  const refresh = (id, entry, options) => {
    if (entry.isRefreshing) return
    entry.isRefreshing = true
    const keep = keeper(id, options)
    const end = () => {
      entry.isRefreshing = false
    }
    send(Object.assign({}, options, { success: keep, fail: undefined, complete: end }))
  }

  const request = (options) =>
    createTask(send, options, (own) => {
      const id = key(own.options)
      if (typeof id !== 'string') return own.send(send, own.options, own.succeed, own.fail)
      const entry = find(id, sessionCount())
      if (!entry) {
        const keep = keeper(id, own.options)
        const succeed = (answer) => {
          keep(answer)
          own.succeed(answer)
        }
        return own.send(send, own.options, succeed, own.fail)
      }
      soon(() => own.succeed(copyOf(entry.answer)))
      if (Date.now() - entry.at >= maxAgeMs) refresh(id, entry, own.options)
    })
  return Object.assign(request, send, {
    clear(id) {
      clears += 1
      if (id === undefined) entries.clear()
      else entries.delete(id)
    }
  })
}
