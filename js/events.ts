/** What the SDK did, for listeners and the console. */
import { settings } from './configuration'
import { deliverLater } from './deliveries'
import { run } from './host'
import type { ErrorCode, LifecycleEvent } from './types'

let listeners: Array<(event: LifecycleEvent) => void> = []
let startMs = 0
let lastMs = 0

const logsEvents = () => settings.logLevel === 'debug'

export const isObserved = () => listeners.length > 0 || logsEvents()

/** Adds a listener; what is answered removes it. Whoever calls this calls `observe` afterwards. */
export function addListener(listener: (event: LifecycleEvent) => void): () => void {
  listeners = listeners.concat(listener)
  return () => {
    listeners = listeners.filter((other) => other !== listener)
  }
}

/** Tells listeners, once the core is at rest, and the console. */
export function emit(type: LifecycleEvent['type'], call?: number, error?: ErrorCode): void {
  const isBad = error && /^(load-failed|crash|storage-failed)$/.test(type)
  if (!isObserved() && !isBad) return
  startMs = startMs || Date.now()
  lastMs = Math.max(lastMs, Date.now() - startMs)
  const event: LifecycleEvent = { type, at: lastMs }
  if (call) event.call = call
  if (error) event.error = error
  if (logsEvents() || (isBad && settings.logLevel !== 'silent')) {
    console[isBad ? 'error' : 'log']('[wafer-client-wasm]', event)
  }
  for (const listener of listeners) deliverLater(() => run(listener, event))
}
