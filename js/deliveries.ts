/** What the app is to be told, in order, while neither the core nor another listener is at work. */
import { type Call, State, deliver, settle } from './calls'

const deliveries: Array<() => void> = []
let isDelivering = false

export function deliverLater(delivery: () => void): void {
  deliveries.push(delivery)
}

/** Runs the app's code. What that does to the core is carried out at once; what it causes to tell waits its turn. */
export function deliverAll(): void {
  if (isDelivering) return
  isDelivering = true
  for (let delivery; (delivery = deliveries.shift());) delivery()
  isDelivering = false
}

/** Settles a call, unless it has settled, and tells its caller: of an early failure once the caller has its task. */
export function conclude(call: Call, state: State, result: unknown): void {
  const isEarly = call.state_ < State.Pending && state === State.Failed
  if (settle(call, state, result)) (isEarly ? setTimeout : deliverLater)(() => deliver(call))
}
