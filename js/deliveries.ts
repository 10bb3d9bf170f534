/** What the app is to be told, in order, while neither the core nor another listener is at work. */
import { type Call, deliver } from './calls'

const deliveries: Array<Call | (() => void)> = []
let isDelivering = false

export function deliverLater(delivery: Call | (() => void)): void {
  deliveries.push(delivery)
}

/** Runs the app's code. What that does to the core is carried out at once; what it causes to tell waits its turn. */
export function deliverAll(): void {
  if (isDelivering) return
  isDelivering = true
  for (let delivery; (delivery = deliveries.shift());) {
    if (typeof delivery === 'function') delivery()
    else deliver(delivery)
  }
  isDelivering = false
}
