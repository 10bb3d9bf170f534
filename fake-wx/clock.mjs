/**
 * Virtual time for tests and benchmarks: nothing happens until the test moves the clock.
 *
 *   const clock = new VirtualClock()
 *   clock.setTimeout(fn, 10_000)
 *   await clock.advance(10_000)        // fires due timers in order, microtasks drained after each
 *   await clock.runUntilIdle()         // until no timer is left
 *   await clock.until(promise)         // until the promise settles; its value or its error
 *   clock.jump(-3_600_000)             // the user set the wall clock back: timers do not notice
 *   clock.sleep(60_000)                // the app was frozen: time went by, overdue timers fire later
 *   clock.clear()                      // forgets all timers
 *
 * `new VirtualClock({ autoAdvance: true })` moves by itself: as soon as the code under test has nothing else to do, it
 * jumps to the next timer. A test then awaits what it tests and never mentions time; `advance`, `runUntilIdle` and
 * `until` work all the same.
 *
 * The clock's functions are bound: they can be handed to a context as its globals. An error thrown by a
 * timer rejects the `advance` that fired it, unless `onUncaught` takes it.
 */

/* Taken at load: a test that replaces the globals with virtual ones must not stop the clock itself.
   A macrotask of the host runs only after every microtask, however long the chain of promises is. */
const nextMacrotask = globalThis.setImmediate ?? globalThis.setTimeout
const NativeDate = globalThis.Date
const drainMicrotasks = () => new Promise((resolve) => nextMacrotask(resolve))

/* Hosts keep the delay in 32 signed bits; a longer one overflows and fires at once. */
const LONGEST_DELAY_MS = 0x7fffffff

export class VirtualClock {
  #timers = []
  #elapsed = 0
  #epoch
  #nextId = 1
  #moving = false
  #autoAdvance
  #advancing = false
  #onUncaught

  /** @param {{ start?: number, autoAdvance?: boolean, onUncaught?: (error: unknown) => void }} [options] `start`: epoch, ms */
  constructor({ start = Date.UTC(2026, 10, 21, 8), autoAdvance = false, onUncaught } = {}) {
    this.#epoch = start
    this.#autoAdvance = autoAdvance
    this.#onUncaught = onUncaught
    const clock = this
    /** A `Date` for contexts that live in this clock's time. */
    this.Date = class Date extends NativeDate {
      constructor(...args) {
        super(...(args.length === 0 ? [clock.now()] : args))
      }
      static now() {
        return clock.now()
      }
    }
  }

  /** Wall-clock time, epoch ms. */
  now = () => this.#epoch + this.#elapsed

  /** Ms since the clock was made; never goes back, whatever the wall clock does. */
  elapsed = () => this.#elapsed

  setTimeout = (callback, delay, ...args) => this.#schedule(callback, delay, args, false)

  setInterval = (callback, delay, ...args) => this.#schedule(callback, delay, args, true)

  clearTimeout = (id) => {
    const index = this.#timers.findIndex((timer) => timer.id === id)
    if (index >= 0) this.#timers.splice(index, 1)
  }

  clearInterval = this.clearTimeout

  /** How many timers wait. */
  get pending() {
    return this.#timers.length
  }

  /** Moves the wall clock only, forwards or backwards, as a user or a time server does. */
  jump(ms) {
    this.#epoch += ms
  }

  /** Time passes while the app is frozen in the background: overdue timers fire at the next advance. */
  sleep(ms) {
    this.#elapsed += ms
  }

  /** Forgets all timers, those that repeat themselves among them. */
  clear() {
    this.#timers = []
  }

  async advance(ms) {
    const end = this.#elapsed + ms
    await this.#fireWhile((timer) => timer.due <= end)
    this.#elapsed = Math.max(this.#elapsed, end)
  }

  /** @param {{ limitMs?: number }} [options] refuses to run longer than this: something re-arms itself */
  async runUntilIdle({ limitMs = 24 * 3_600_000 } = {}) {
    const end = this.#elapsed + limitMs
    await this.#fireWhile((timer) => {
      if (timer.due > end) throw new Error(`${this.pending} timers are still armed after ${limitMs} ms`)
      return true
    })
  }

  /** Fires timers until `promise` settles, and answers as it does. Throws if no timer is left that could settle it. */
  async until(promise) {
    let settled = false
    const outcome = Promise.resolve(promise)
    const watch = () => {
      settled = true
    }
    outcome.then(watch, watch)
    await this.#fireWhile(() => !settled)
    if (!settled) throw new Error('the promise never settles: no timer is left that could settle it')
    return outcome
  }

  #schedule(callback, delay, args, repeats) {
    if (typeof callback !== 'function') throw new TypeError('a timer needs a function')
    const wanted = Number(delay)
    const period = wanted > 0 && wanted <= LONGEST_DELAY_MS ? Math.floor(wanted) : 0
    const timer = { id: this.#nextId++, due: this.#elapsed + period, callback, args }
    if (repeats) timer.period = Math.max(period, 1)
    this.#insert(timer)
    this.#advanceByItself()
    return timer.id
  }

  /** Fires timers one after the other while nobody else moves the clock. */
  async #advanceByItself() {
    if (!this.#autoAdvance || this.#advancing || this.#moving) return
    this.#advancing = true
    try {
      await drainMicrotasks()
      while (!this.#moving && this.#timers.length > 0) {
        this.#fire(this.#timers.shift())
        await drainMicrotasks()
      }
    } finally {
      this.#advancing = false
    }
  }

  #insert(timer) {
    let low = 0
    let high = this.#timers.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#timers[middle].due <= timer.due) low = middle + 1
      else high = middle
    }
    this.#timers.splice(low, 0, timer)
  }

  async #fireWhile(wanted) {
    if (this.#moving) throw new Error('the clock is already being moved: await the other call first')
    this.#moving = true
    try {
      await drainMicrotasks()
      while (this.#timers.length > 0 && wanted(this.#timers[0])) {
        this.#fire(this.#timers.shift())
        await drainMicrotasks()
      }
    } finally {
      this.#moving = false
      this.#advanceByItself()
    }
  }

  #fire(timer) {
    this.#elapsed = Math.max(this.#elapsed, timer.due)
    if (timer.period) this.#insert(Object.assign(timer, { due: this.#elapsed + timer.period }))
    try {
      timer.callback(...timer.args)
    } catch (error) {
      if (!this.#onUncaught) throw error
      this.#onUncaught(error)
    }
  }
}

/* Taken at load for the same reason as above. */
const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis

/** Real time behind the part of the interface that hosts use, for runs against a real server. */
export const systemClock = {
  now: () => NativeDate.now(),
  elapsed: () => NativeDate.now(),
  setTimeout: (callback, delay, ...args) => setTimeout(callback, delay, ...args),
  clearTimeout: (id) => clearTimeout(id),
  setInterval: (callback, delay, ...args) => setInterval(callback, delay, ...args),
  clearInterval: (id) => clearInterval(id),
  until: (promise) => promise,
  Date: NativeDate
}
