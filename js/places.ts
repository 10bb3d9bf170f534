/** Where URLs lead, as the core judges it. */
import type { Core } from '../build/core/core'
import { settings } from './configuration'
import { present } from './values'

/** Scheme, host, port and the slash after them of the URL that was judged last; empty if there was none. */
let known = ''
let knownPlace: number
/** What of the login URL is told apart by its path; undefined if it has none. */
let loginPath: string | undefined

/** The settings have changed. */
export function forgetPlaces(): void {
  known = ''
  const path = /^.{8}[^/]*(\/[^?#]*)/.exec(settings.loginUrl || '')
  loginPath = path ? path[1] : undefined
}

/**
 * Where a URL leads. The core decides; its answer is kept for what comes before the path, which is all that
 * decides, except where the URL could be the login URL.
 */
export function placeOf(core: Core, url: string): number {
  if (!known || !url.startsWith(known)) {
    // "https://" is 8 long; of "http://a/b" the host's end is found just as well.
    known = url.slice(0, url.indexOf('/', 8) + 1)
    // No login URL has this path, so that the answer holds for every other path.
    knownPlace = judge(core, known + '\n')
  }
  const isDecided = known && !(knownPlace && couldBeLogin(url))
  return isDecided ? knownPlace : judge(core, url)
}

function judge(core: Core, url: string): number {
  present([url], [])
  return core.place_()
}

const couldBeLogin = (url: string) => !loginPath || url.startsWith(loginPath, known.length - 1)
