/**
 * A device with the built package in front of the real session server: real HTTP, real time, real AES.
 *
 *   const { running, device } = serverOf(args)     // inside a describe: starts before its tests, stops after them
 *   const phone = device({ user: { id: 'anna' } })
 *   await phone.user()                             // request({ login: true, url: '/user' })
 *   await running.server.records()                 // what the server saw; see ../../fake-wx/run/bridge.mjs
 *
 * That no secret was let out by an event, an error or the console is checked when all tests are over.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach } from 'node:test'
import { collectSecrets, secretIn, wordsOfError } from '../client/secrets.mjs'
import { REAL, startServer } from '../../fake-wx/run/bridge.mjs'
import { systemClock } from '../../fake-wx/clock.mjs'
import { startApp } from '../../fake-wx/run/device.mjs'

/* Deadlines that the package has set must not keep the process alive when the tests are over. */
const clock = {
  ...systemClock,
  setTimeout: (callback, delay, ...args) => systemClock.setTimeout(callback, delay, ...args).unref()
}

/** A timer may go off before the clock says so. */
const TIMERS_ARE_EARLY_MS = 5

/** @param {string[]} [args] options of the session server */
export function serverOf(args = []) {
  const running = {}
  const phones = []
  let untilTheEnd
  before(async () => {
    untilTheEnd = setInterval(() => {}, 1000)
    running.server = await startServer({ args })
  })
  beforeEach(() => running.server.dev('reset-records'))
  after(async () => {
    clearInterval(untilTheEnd)
    await running.server?.stop()
    for (const phone of phones) checkSecrets(phone)
  })

  function device({ configuration, ...options } = {}) {
    const { server } = running
    const phone = startApp({
      environment: 'bare',
      clock,
      latency: REAL,
      server: server.transport,
      wechat: server.wechat,
      ...options
    })
    phones.push(phone)
    const { qcloud } = phone
    phone.events = []
    phone.failures = []
    qcloud.onEvent((event) => phone.events.push(event))
    qcloud.configure({ loginUrl: `${server.origin}/login`, baseUrl: server.origin, ...configuration })
    /** Waits until the next login may be made, as the error of the last one says. */
    phone.untilNextLogin = ({ retryAfterMs = 0 }) =>
      new Promise((resolve) => systemClock.setTimeout(resolve, retryAfterMs + TIMERS_ARE_EARLY_MS))
    phone.request = async (url, given) => {
      try {
        return await qcloud.request({ login: true, url, ...given })
      } catch (error) {
        phone.failures.push(error)
        throw error
      }
    }
    phone.user = (given) => phone.request('/user', given)
    return phone
  }

  return { running, device }
}

function checkSecrets({ fake, events, failures, console }) {
  const secrets = new Set()
  collectSecrets(fake.log, secrets)
  assert.equal(secretIn([events, console, failures.map(wordsOfError)], secrets), undefined)
}

/** All of `count` calls at once; how many succeeded, and with which HTTP status. */
export async function atOnce(count, call) {
  const results = await Promise.allSettled(Array.from({ length: count }, (_, index) => call(index)))
  const failed = results.find(({ status }) => status === 'rejected')
  if (failed) throw failed.reason
  return results.map(({ value }) => value.statusCode)
}

export const hundredTimes200 = Array.from({ length: 100 }, () => 200)
