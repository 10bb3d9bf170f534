/** Sends a call's request. There is one way, whether the core or a pass lets the call go. */
import { type Call, State } from '../app/calls'
import { customProtocol } from '../app/configuration'
import { OWN_NAMES, mergeHeaders } from '../app/headers'
import { type AnyObject, applyTo, assign, hostObject, ignoreRejection } from '../host/wx'
import { answered, failed } from './answer'
import { isWatching, watchPending } from './pending'

/**
 * @param facts go back to the core with the outcome of the request
 * @param session the headers that sign it; without, it goes out bare
 * @param userData further headers
 */
export function send(call: Call, facts: number, session?: AnyObject, userData?: AnyObject): void {
  const { api_ } = call
  const options = call.options_
  let header = call.header_
  if (customProtocol) header = mergeHeaders(header, session)
  if (call.turn_) {
    call.pendingMs_ = call.chunk_ = 0
    // Takes out the headers of an earlier session and of its user data. The caller's headers have none of these names.
    header = assign({}, header)
    for (const name of OWN_NAMES) delete header[name]
  }
  // One source after the other: that is four times as fast, and faster still into an empty object.
  header = header ? assign(header, session) : assign({}, session)
  if (userData) assign(header, userData)
  options.header = header
  const turn = ++call.turn_
  options.success = /*@__INLINE__*/ answered(call, turn)
  options.fail = (error: unknown) => failed(call, turn, error)
  call.facts_ = facts
  call.isSent_ = true
  if (!isWatching) watchPending()
  try {
    const host = /*@__INLINE__*/ hostObject()
    const task = host[api_](options)
    if (call.turn_ !== turn) {
      if (call.state_ !== State.Succeeded) ignoreRejection(task)
      return
    }
    call.task_ = task
    if (call.listeners_.length) {
      for (const entry of call.listeners_) applyTo(task, 'on' + entry[0], entry[1])
    }
  } catch (error) {
    failed(call, turn, error)
  }
}
