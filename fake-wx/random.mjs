/**
 * Seeded random numbers (mulberry32, Tommy Ettinger): the same seed gives the same run, in every engine.
 */
export class Random {
  #state

  constructor(seed = 1) {
    this.#state = seed >>> 0
  }

  /** In [0, 1). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** A whole number in [min, max]. */
  between(min, max) {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  /** `length` lower-case hexadecimal digits. */
  hex(length) {
    let digits = ''
    while (digits.length < length) digits += Math.floor(this.next() * 16).toString(16)
    return digits
  }
}
