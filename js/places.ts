/** Where URLs lead, as the core judged it. */
import type { Core } from '../build/core/core'
import { settings } from './configuration'
import type { Loose } from './host'
import { present } from './values'

/** So many hosts are kept in mind. */
const MANY = 50

let places: Loose = Object.create(null)
let placesKnown = 0
/** What of the login URL is told apart by its path; undefined if it has none. */
let loginPath: string | undefined

/** The settings have changed. */
export function forgetPlaces(): void {
  places = Object.create(null)
  placesKnown = 0
  const path = /^.{8}[^/]*(\/[^?#]*)/.exec(settings.loginUrl || '')
  loginPath = path ? path[1] : undefined
}

/**
 * Where a URL leads. The core decides; its answers are kept by what comes before the path, which is all that
 * decides, except where the URL could be the login URL.
 */
export function placeOf(core: Core, url: string): number {
  // "https://" is 8 long; of "http://a/b" the host's end is found just as well.
  const end = url.indexOf('/', 8)
  const key = end < 0 ? url : url.slice(0, end)
  let place = places[key]
  if (place === undefined) {
    if (++placesKnown > MANY) forgetPlaces()
    // No login URL has this path, so that the answer holds for every other path.
    place = places[key] = judge(core, key + '/\n')
  }
  return place && couldBeLogin(url, end) ? judge(core, url) : place
}

function judge(core: Core, url: string): number {
  present([url], [])
  return core.place_()
}

const couldBeLogin = (url: string, end: number) => end < 0 || !loginPath || url.startsWith(loginPath, end)
