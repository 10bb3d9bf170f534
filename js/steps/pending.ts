/**
 * One timer for all calls that are on their way: the core hears of each that is there for long, and decides.
 *
 * wx counts a request's timeout itself, and only wx knows how long one waited in its queue. A call counts as waiting
 * for its answer only while fewer than ten of our own of its kind are before it. Its age is counted in whole turns of the
 * timer, so that none of these makes it old: a clock that jumps, an app that sleeps, a timer that was about to go off when
 * the call was sent.
 */
import { pendingCalls } from '../app/calls'
import { InputKind } from '../codes'
import { change } from '../core/queue'
import { type AnyObject, isNumber } from '../host/wx'

/** The time between two looks at the calls, in ms. */
const PERIOD_MS = 30000
/** wx has this many requests of a kind under way at once; the others are in its queue. */
const AT_ONCE = 10
/** The longest time that a host's timer can count. */
const MOST_MS = 0x7fffffff

// State of the module: one timer for all calls.
export let isWatching = false

/** A call is on its way: sets the timer, unless it runs. */
export function watchPending(): void {
  if (isWatching) return
  isWatching = true
  setTimeout(look, PERIOD_MS)
}

function look(): void {
  isWatching = false
  const counts: AnyObject = {}
  for (const call of pendingCalls()) {
    if (!call.isSent_) continue
    watchPending()
    const rank = (counts[call.api_] = (counts[call.api_] || 0) + 1)
    // A call's time begins at the first look that finds it out of wx's queue: when exactly it left that, or was sent,
    // is not known.
    const waitedMs = rank > AT_ONCE ? -PERIOD_MS : call.pendingMs_
    call.pendingMs_ = waitedMs + PERIOD_MS
    if (waitedMs <= 0) continue
    const { timeout } = call.options_
    const timeoutMs = isNumber(timeout) && timeout > 0 ? Math.min(timeout, MOST_MS) : 0
    change((core) => (call.isSent_ ? core.input_(InputKind.Pending, call.id_, waitedMs, timeoutMs) : 0))
  }
}
