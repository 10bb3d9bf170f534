// The functions of JS that the core calls, for tests of the bindings; js/core.ts has those of the package.

const wordOf = (name) => globalThis.wordsOfTheCore[name]

export function kind(value) {
  if (value === undefined || value === null || value === '') return 0
  if (typeof value === 'string' || Number.isFinite(value)) return 1
  if (Object(value) !== value) return 4
  return Object.keys(value).length ? 3 : 2
}

export function field(value, name) {
  return value === undefined || value === null ? undefined : value[wordOf(name)]
}

export function is(value, text) {
  return (typeof value === 'string' || typeof value === 'number') && String(value) === wordOf(text) ? 1 : 0
}

export function put(record, name, value) {
  if (value !== undefined) record[wordOf(name)] = value
}
