/**
 * JavaScript as the core sees it: values by their places in a table, and functions that read them. These functions
 * cannot fail, so that an exception that comes out of the core is the core's own. Places are not given back one by one;
 * `sweep` asks the core which ones it still holds.
 */
import type { Core, Host } from '../../build/core/core'
import { Kind, Table } from '../codes'
import { decodeUtf8 } from '../host/utf8'
import { isMissing, isObject, isScalar, isString, isWord, keys } from '../host/wx'

/** The table is swept only when it has this many places. */
const MANY = 64

/** The place of what is lent. */
export const LENT = 1

// State of the module, since the core's functions are given once, when it is instantiated.
/** The table. Values that a lost instance held are forgotten at the next sweep: the next instance does not name them. */
let values: any[] = [undefined, undefined]
let sweptValues: any[]
let words: string[]

/** Puts a value into the table; undefined is always at place 0. */
export const hold = (value: unknown): number => (value === undefined ? 0 : values.push(value) - 1)
export const valueAt = (place: number): any => values[place]

/** Lends a value to the next input: the core looks at it and keeps nothing of it. It is gone when the core is at rest. */
export function lend(value: unknown): number {
  values[LENT] = value
  return LENT
}

/** Forgets the values that the core does not hold any more. For the time when it is at rest. */
export function sweep(core: Core): void {
  values[LENT] = undefined
  if (values.length < MANY) return
  sweptValues = values
  values = [undefined, undefined]
  core.sweep_()
  sweptValues = []
}

export const host: Host = {
  kind_(place) {
    const value = values[place]
    try {
      if (isMissing(value) || value === '') return Kind.Nothing
      if (isScalar(value)) return Kind.Scalar
      if (isObject(value)) return keys(value).length ? Kind.Record : Kind.Empty
    } catch (error) {
      // It cannot be listed.
    }
    return Kind.Other
  },
  field_(place, name) {
    const value = values[place]
    if (value === undefined || value === null) return 0
    try {
      return hold(value[words[name]])
    } catch (error) {
      return 0
    }
  },
  is_(place, text) {
    const value = values[place]
    return +(isWord(value) && value + '' === words[text])
  },
  integer_(place) {
    const value = values[place]
    return typeof value === 'number' && (value | 0) === value ? value : 0
  },
  same_: (place, other) => +(values[place] === values[other]),
  record_: () => hold({}),
  put_(record, name, place) {
    try {
      if (place) values[record][words[name]] = values[place]
    } catch (error) {
      // A server's answer that is frozen stays as it is.
    }
  },
  keep_: (place) => hold(sweptValues[place]),
  unit_(place, index) {
    const value = values[place]
    return isString(value) && index < value.length ? value.charCodeAt(index) : -1
  },
  amount_: (place) => values[place] || 0,
  item_: (list, index) => hold(values[list][index]),
  now_: () => Date.now()
}

/** The texts of a table of the core, by their numbers. */
export function readTexts(core: Core, table: Table): string[] {
  const start = core.text_(table)
  return readText(core, start, new Uint8Array(core.memory_.buffer).indexOf(0, start)).split('\n')
}

/** A text of the core's memory. */
export const readText = (core: Core, start: number, end: number): string =>
  decodeUtf8(new Uint8Array(core.memory_.buffer).subarray(start, end))

/** Learns the words of a fresh instance; throws if it does not work. */
export function learnWords(core: Core): void {
  words = readTexts(core, Table.Word)
}

/** The text of a word of the wire. */
export const wordAt = (word: number): string => words[word]
