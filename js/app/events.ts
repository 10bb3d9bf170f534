/** Tells listeners and the console what the SDK did. */
import type { ErrorCode } from '../error-codes'
import { runCallback } from '../host/wx'
import type { LifecycleEvent } from '../types'
import { settings } from './configuration'
import { deliverLater } from './deliveries'
import { ERR_STORAGE, ERR_WASM_LOAD } from './errors'

type Listener = (told: any) => void

// State of the module, since listeners outlive instances of the core.
/** By the API that adds them. */
export const listeners: { onEvent: Listener[]; onSessionChange: Listener[] } = {
  onEvent: [],
  onSessionChange: []
}

/** Calls all listeners of a kind once the core is at rest, each with what `told` answers then. */
export function tellListeners(kind: keyof typeof listeners, told: () => unknown): void {
  for (const listener of listeners[kind]) deliverLater(() => runCallback(listener, told()))
}

let startMs = 0
let lastMs = 0

const logsEvents = () => settings.logLevel === 'debug'

export const isObserved = () => listeners.onEvent.length > 0 || logsEvents()

/** Tells listeners and the console. */
export function emit(type: LifecycleEvent['type'], error?: ErrorCode, call?: number): void {
  const isBad = error === ERR_WASM_LOAD || error === ERR_STORAGE
  if (!isObserved() && !isBad) return
  const nowMs = Date.now()
  startMs = startMs || nowMs
  lastMs = Math.max(lastMs, nowMs - startMs)
  const event: LifecycleEvent = { type, at: lastMs }
  if (call) event.call = call
  if (error) event.error = error
  if (logsEvents() || (isBad && settings.logLevel !== 'silent')) {
    // Apps replace the console's functions by their own.
    runCallback(() => console[isBad ? 'error' : 'log']('[wafer-client-wasm]', event))
  }
  tellListeners('onEvent', () => event)
}
