/** Hears of the network and the app coming back, for those who wait for it. */
import { callWxSync } from './wx'

// State of the module: the host is asked once for all.
const waiting = new Set<() => void>()
let isHearing = false

/** Has `returned` called whenever the network or the app comes back, or not any more. */
export function awaitReturn(returned: () => void, isWanted: boolean): void {
  if (isWanted) waiting.add(returned)
  else waiting.delete(returned)
  const toHear = waiting.size > 0
  if (isHearing === toHear) return
  isHearing = toHear
  for (const event of ['NetworkStatusChange', 'AppShow']) {
    // Some hosts lack these functions. A listener that cannot be removed serves the next time.
    if (callWxSync((toHear ? 'on' : 'off') + event, tell) === null) isHearing = true
  }
}

function tell(status?: any): void {
  if ((status || 0).isConnected !== false) waiting.forEach((returned) => returned())
}
