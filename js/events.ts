/** What the SDK did, for listeners and the console. */
import { settings } from './configuration'
import { deliverLater } from './deliveries'
import { ERR_STORAGE, ERR_WASM_LOAD } from './errors'
import { run } from './host'
import type { ErrorCode, LifecycleEvent } from './types'

type Listener = (told: any) => void

/** By the API that adds them. */
export const listeners: { onEvent: Listener[]; onSessionChange: Listener[] } = {
  onEvent: [],
  onSessionChange: []
}

/** Tells all of a kind, once the core is at rest, each what `told` then answers. */
export function tellListeners(kind: keyof typeof listeners, told: () => unknown): void {
  for (const listener of listeners[kind]) deliverLater(() => run(listener, told()))
}

let startMs = 0
let lastMs = 0

const logsEvents = () => settings.logLevel === 'debug'

export const isObserved = () => listeners.onEvent.length > 0 || logsEvents()

/** Tells listeners and the console. */
export function emit(type: LifecycleEvent['type'], call?: number, error?: ErrorCode): void {
  const isBad = error === ERR_WASM_LOAD || error === ERR_STORAGE
  if (!isObserved() && !isBad) return
  startMs = startMs || Date.now()
  lastMs = Math.max(lastMs, Date.now() - startMs)
  const event: LifecycleEvent = { type, at: lastMs }
  if (call) event.call = call
  if (error) event.error = error
  if (logsEvents() || (isBad && settings.logLevel !== 'silent')) {
    console[isBad ? 'error' : 'log']('[wafer-client-wasm]', event)
  }
  tellListeners('onEvent', () => event)
}
