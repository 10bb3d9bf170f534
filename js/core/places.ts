/**
 * Remembers how the core judged URLs, so that most calls need not ask again: the beginnings of URLs that lead to
 * trusted origins, and a text that every spelling of the login URL contains. Where these leave a doubt, the core judges
 * the whole URL.
 */
import type { Core } from '../../build/core/core'
import { settings } from '../app/configuration'
import { LENT, lend, readText } from './values'

// State of the module. It holds for the settings that the core has: `forgetPlaces` ends it before they change.
/** Beginnings of URLs, up to the slash after the origin, that the core trusts. */
let origins: string[] = []
/** URLs that were found to be trusted, since most apps ask for the same ones again. */
let trusted = new Set<string>()
/** Apps may ask for any number of URLs: beyond this many, all are forgotten. */
const MANY_URLS = 100
/** A text that every plain spelling of the login URL contains. Empty, which every URL contains, if there is none. */
let loginMark = ''
/** Whether the login URL is told from others by its query, too. */
let isQueryMarked = false

export function forgetPlaces(): void {
  origins = []
  trusted = new Set()
}

/** The core has taken over new settings. */
export function learnLoginMark(core: Core): void {
  const start = core.login_mark_()
  loginMark = readText(core, start, start + core.number_(0))
  isQueryMarked = ('' + settings.loginUrl).includes('?')
}

/** Asks the core without changing it. */
type Ask = (question: (core: Core) => number) => number

/** Whether a URL leads to a trusted place and is certainly not the login URL. */
export function isTrusted(ask: Ask, url: string): boolean {
  return trusted.has(url) || isFoundTrusted(ask, url)
}

function isFoundTrusted(ask: Ask, url: string): boolean {
  if (!(knows(url) || learn(ask, url)) || couldBeLogin(url)) return false
  if (trusted.size > MANY_URLS) trusted.clear()
  trusted.add(url)
  return true
}

// No closures here: terser inlines these functions into each call, which would allocate them there.
function knows(url: string): boolean {
  for (let index = 0; index < origins.length; index++) {
    if (url.startsWith(origins[index])) return true
  }
  return false
}

const askTrusted = (core: Core) => core.trusted_(LENT)

function learn(ask: Ask, url: string): boolean {
  lend(url)
  const length = ask(askTrusted)
  if (length) origins.push(url.slice(0, length))
  return length > 0
}

/** Whether a URL contains the login URL's mark, or characters that could spell it in another way. */
function couldBeLogin(url: string): boolean {
  const text = isQueryMarked ? url : url.split('?')[0]
  return text.includes(loginMark) || /[%\\\0- ]/.test(text)
}
