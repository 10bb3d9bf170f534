/** What the tests of the fake start from: a fake `wx` before a wafer server, in virtual time. */
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { createWx } from '../../fake-wx/wx.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'

export const ORIGIN = 'https://api.example.com'

export function start(options = {}) {
  const clock = options.clock ?? new VirtualClock()
  const server = new WaferServer({ clock })
  const fake = createWx({ clock, server, ...options })
  return { clock, server, fake, wx: fake.wx }
}

/** Calls `api` with callbacks; the array fills with those that ran, in order. */
export function settled(wx, api, options = {}) {
  const answers = []
  wx[api]({
    ...options,
    success: (result) => answers.push(['success', result]),
    fail: (error) => answers.push(['fail', error]),
    complete: (result) => answers.push(['complete', result])
  })
  return answers
}

export const names = (answers) => answers.map(([name]) => name)
