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

  /** The moments since `start`; like ones in a row, such as the answers to twenty calls, are one. */
  end() {
    const unexplained = this.#takeNativeCalls()
    if (unexplained.length > 0) this.#current().nativeCalls.push(...unexplained)
    const merged = []
    for (const moment of this.#list) {
      const last = merged.at(-1)
      if (last && kindsOf(last) === kindsOf(moment)) {
        last.events.push(...moment.events)
        last.nativeCalls.push(...moment.nativeCalls)
        last.untilMs = moment.untilMs
      } else merged.push(moment)
    }
    return merged
  }

  #current() {
    if (!this.#open) {
      const atMs = performance.now() - this.#startedAt
      this.#open = { atMs, untilMs: atMs, events: [], nativeCalls: [] }
      this.#list.push(this.#open)
      Promise.resolve().then(() => {
        this.#open = undefined
      })
    }
    return this.#open
  }
}

const kindsOf = ({ events }) => [...new Set(events.map(({ type }) => type))].join()
