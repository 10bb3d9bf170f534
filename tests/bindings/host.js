// The functions of JS that the core calls, for tests of the bindings; js/core/values.ts has those of the package.

const LENT = 1

let words = []
let values = [undefined, undefined]
let swept = []
let nowMs = 0

// What the tests do as js/ does.

export function speak(ownWords) {
  words = ownWords
}

export const hold = (value) => (value === undefined ? 0 : values.push(value) - 1)

export function lend(value) {
  values[LENT] = value
  return LENT
}

export function clock(ms) {
  nowMs = ms
}

export const held = (place) => values[place]
export const size = () => values.length

export function renew() {
  swept = values
  values = [undefined, undefined]
}

// What the core calls.

export function kind(place) {
  const value = values[place]
  if (value === undefined || value === null || value === '') return 0
  if (typeof value === 'string') return /[\0-\x1f\x7f]/.test(value) ? 4 : 1
  if (Number.isFinite(value)) return 1
  if (Object(value) !== value) return 4
  return Object.keys(value).length ? 3 : 2
}

export function field(place, name) {
  const value = values[place]
  return value === undefined || value === null ? 0 : hold(value[words[name]])
}

export function is(place, text) {
  const value = values[place]
  return (typeof value === 'string' || typeof value === 'number') && String(value) === words[text] ? 1 : 0
}

export const same = (place, other) => (values[place] === values[other] ? 1 : 0)
export const record = () => hold({})

export function put(record, name, place) {
  if (place) values[record][words[name]] = values[place]
}

export const keep = (place) => hold(swept[place])

export function integer(place) {
  const value = values[place]
  return Number.isInteger(value) ? value | 0 : 0
}

export function unit(place, index) {
  const value = values[place]
  return typeof value === 'string' && index < value.length ? value.charCodeAt(index) : -1
}

export const amount = (place) => values[place] || 0
export const item = (list, index) => hold(values[list][index])
export const now = () => nowMs
