/**
 * Puts the SDK's events and the native calls that it made in one order. The SDK tells its events when it is at
 * rest, after the native calls that belong to them; all that happens in one turn of JavaScript is one moment.
 */
export class Moments {
  #takeNativeCalls
  #list = []
  #startedAt = 0
  #open

  /** @param {() => string[]} takeNativeCalls answers the native calls since it was last asked */
  constructor(takeNativeCalls) {
    this.#takeNativeCalls = takeNativeCalls
  }

  start() {
    this.#takeNativeCalls()
    this.#list = []
    this.#open = undefined
    this.#startedAt = performance.now()
  }

  add(event) {
    const moment = this.#current()
    moment.events.push(event)
    moment.nativeCalls.push(...this.#takeNativeCalls())
  }

  /** The moments since `start`. */
  end() {
    const unexplained = this.#takeNativeCalls()
    if (unexplained.length > 0) this.#current().nativeCalls.push(...unexplained)
    return this.#list
  }

  #current() {
    if (!this.#open) {
      const atMs = performance.now() - this.#startedAt
      this.#open = { atMs, events: [], nativeCalls: [] }
      this.#list.push(this.#open)
      Promise.resolve().then(() => {
        this.#open = undefined
      })
    }
    return this.#open
  }
}
