/**
 * JavaScript as the core sees it: values by their places in a table, and readings of them that cannot fail. Nobody
 * gives a place back; `sweep` asks the core which ones it still holds.
 */
import type { Core, Host } from '../build/core/core'
import { Kind, Table } from './codes'
import { isObject, isString } from './host'
import { decodeUtf8 } from './utf8'

/** So many places are worth a look at which are still in use. */
const MANY = 64

/** The place of what is lent. */
const LENT = 1

/** What an instance left that trapped goes with the next sweep, like all that nobody names. */
let values: any[] = [undefined, undefined]
let sweptValues: any[]
/** Texts of the core by table, each read once. */
const tables: string[][] = []
let words: string[]
/** Numbers and texts that the core asks for while it is configured, or asked where a URL leads. */
let numbers: number[]
let texts: string[]

/** Puts a value into the table; undefined is always at place 0. */
export const hold = (value: unknown): number => (value === undefined ? 0 : values.push(value) - 1)
export const held = (place: number): any => values[place]

/** Lets the next input look at a value of which the core keeps nothing, and which is gone when the core is at rest. */
export function lend(value: unknown): number {
  values[LENT] = value
  return LENT
}

/** The core is at rest: what nobody needs any more is let go. */
export function sweep(core: Core): void {
  values[LENT] = undefined
  if (values.length < MANY) return
  sweptValues = values
  values = [undefined, undefined]
  core.sweep_()
  sweptValues = []
}

/** What the core is to read next. */
export function present(newTexts: string[], newNumbers: number[]): void {
  texts = newTexts
  numbers = newNumbers
}

export const host: Host = {
  kind_(place) {
    const value = values[place]
    if (value === undefined || value === null || value === '') return Kind.Nothing
    if (isString(value) || Number.isFinite(value)) return Kind.Scalar
    if (!isObject(value)) return Kind.Other
    try {
      return Object.keys(value).length ? Kind.Record : Kind.Empty
    } catch (error) {
      return Kind.Other
    }
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
    return +((isString(value) || typeof value === 'number') && String(value) === words[text])
  },
  same_: (place, other) => +(values[place] === values[other]),
  record_: () => hold({}),
  put_(record, name, place) {
    if (place) values[record][words[name]] = values[place]
  },
  keep_: (place) => hold(sweptValues[place]),
  unit_: (text, index) => (index < texts[text].length ? texts[text].charCodeAt(index) : -1),
  setting_: (number) => numbers[number]
}

/** A text of the core, by its number. */
export const textOf = (core: Core, table: Table, index: number): string =>
  (tables[table] || (tables[table] = readTexts(core, table)))[index]

function readTexts(core: Core, table: Table): string[] {
  const bytes = new Uint8Array(core.memory_.buffer, core.text_(table))
  return decodeUtf8(bytes.subarray(0, bytes.indexOf(0))).split('\n')
}

/** Learns the words of a fresh instance; throws if it does not work. */
export function learnWords(core: Core): void {
  words = readTexts(core, Table.Word)
}
