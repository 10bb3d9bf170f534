/** Tells the app what happened, in order, and only while neither the core nor another listener is at work. */
import { throwLater } from '../host/wx'
import { type Call, State, settle, succeed, tell } from './calls'

// State of the module: all listeners of the app wait in one queue.
let deliveries: Array<() => void> = []
let isDelivering = false

/** Tells the app later; `deliverAll` does, once the core is at rest. */
export function deliverLater(delivery: () => void): void {
  deliveries.push(delivery)
}

/** Runs the app's callbacks. Calls that they make go to the core at once; callbacks of those wait for their turn. */
export function deliverAll(): void {
  if (isDelivering) return
  isDelivering = true
  while (deliveries.length) {
    const due = deliveries
    deliveries = []
    for (const delivery of due) {
      try {
        delivery()
      } catch (error) {
        throwLater(error)
      }
    }
  }
  isDelivering = false
}

/** Settles a call that has not settled, and tells its caller: of an early failure once the caller has its task. */
export function settleAndTell(call: Call, state: State, result: unknown): void {
  const isEarly = call.state_ < State.Pending && state === State.Failed
  if (settle(call, state, result)) (isEarly ? setTimeout : deliverLater)(() => tell(call))
}

/** Lets a call succeed while the core is at rest, and tells its caller now or, where another is being told, next. */
export function succeedAtRest(call: Call, answer: unknown): void {
  if (isDelivering) return settleAndTell(call, State.Succeeded, answer)
  isDelivering = true
  // It throws nothing.
  succeed(call, answer)
  isDelivering = false
  if (deliveries.length) deliverAll()
}
