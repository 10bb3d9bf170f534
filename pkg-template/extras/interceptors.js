'use strict'
const { createTask } = require('./task.js')

/** Handlers in the order in which they were added, each with the number that removes it. */
function createHandlers() {
  let handlers = []
  let lastId = -1
  return {
    all: () => handlers,
    use(fulfilled, rejected) {
      lastId += 1
      handlers = handlers.concat({ id: lastId, fulfilled, rejected })
      return lastId
    },
    eject(id) {
      handlers = handlers.filter((handler) => handler.id !== id)
    },
    clear() {
      handlers = []
    }
  }
}

const add = (chain, handlers) =>
  handlers.reduce((before, { fulfilled, rejected }) => before.then(fulfilled, rejected), chain)

exports.withInterceptors = (send) => {
  const before = createHandlers()
  const after = createHandlers()
  const request = (options) =>
    createTask(send, options, (own) => {
      const work = (changed) =>
        new Promise((resolve, reject) => {
          // Aborted while a handler was at work.
          if (!own.isSettled()) own.send(send, changed, resolve, reject)
        })
      // As in axios: the handlers of requests run last added first, those of answers first added first.
      const sent = add(Promise.resolve(own.options), before.all().slice().reverse()).then(work)
      add(sent, after.all()).then(own.succeed, own.fail)
    })
  return Object.assign(request, send, { interceptors: { request: before, response: after } })
}
