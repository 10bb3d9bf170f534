/**
 * Every secret that the SDK has handled in this launch, and the one place where words from outside become words of
 * ours: what an error, an event or a log says of wx, of a server or of the app's own functions goes through `redacted`.
 */
import { type AnyObject, isFunction, isMissing, isObject, isWord, keys } from '../host/wx'

/** A secret shorter than this cannot be told from ordinary words. */
const SHORTEST = 4
/** Values nested deeper than this are left out. */
const DEEPEST = 5

/** So much of a longer secret is looked for; what follows it, up to a space, belongs to it. */
const LONGEST = 256

// State of the module, since a secret stays one whatever becomes of the call that brought it.
/** The pattern that finds each secret, by its source. */
const secrets: Record<string, RegExp> = {}

/**
 * Takes note of a text and, since headers say `Bearer …`, of its parts.
 *
 * A sign that is no letter or digit of ASCII may turn up as it is, or as JSON, a URL, a form or HTML writes it, or as
 * one of these writes it within another. Of what these write, the pattern asks only that it stands for some sign. There
 * is only one way to share out a text among signs: to try several would take for ever.
 */
function learn(secret: string): void {
  for (const part of [secret].concat(secret.split(/[\s,;="]+/))) {
    if (part.length < SHORTEST) continue
    const begin = part
      .slice(0, LONGEST)
      .replace(
        /\\+|\W/g,
        (sign) => `\\\\{0,9}(?:[\\${sign}+]|u\\w{4}|%(?:25)*[^89ab]\\w(?:%(?:25)*[89ab]\\w)*|&#?\\w+;)`
      )
    const pattern = begin + (part.length > LONGEST ? '\\S*' : '')
    secrets[pattern] = RegExp(pattern, 'gi')
  }
}

/** Takes note of a secret; of an object, of all texts and numbers in it. */
export const keepSecret = (secret: unknown) => redacted(secret, learn)

/** A text without secrets. */
export function redact(text: string): string {
  // The longest first: replacing a part before its whole would leave the rest of the whole.
  for (const pattern of keys(secrets).sort((one, other) => other.length - one.length)) {
    text = text.replace(secrets[pattern], '***')
  }
  return text
}

/**
 * A copy of what came from outside, each text as `say` puts it, by default without secrets. What is no data is left
 * out.
 */
export function redacted(value: unknown, say: (text: string) => unknown = redact, depth = 0): any {
  if (isWord(value)) {
    const said: any = say(value + '')
    // A number stays one.
    return said == value ? value : said
  }
  if (!isObject(value)) return isFunction(value) || typeof value === 'symbol' ? undefined : value
  const copy: AnyObject = {}
  try {
    // Bytes may spell anything.
    if (depth > DEEPEST || !isMissing(value.byteLength)) return undefined
    if (Array.isArray(value)) return value.map((entry) => redacted(entry, say, depth + 1))
    // An error keeps its words where Object.keys does not look.
    for (const key of keys(value).concat('name', 'message')) {
      const part = redacted(value[key], say, depth + 1)
      if (part !== undefined) copy[redact(key)] = part
    }
  } catch (error) {
    // A getter threw; what was read so far is told.
  }
  return copy
}

/** The words of a failure, if it has any. An object's own `toString` is never called, since it may throw. */
export const wordsOf = (value: unknown): string => (isWord(value) ? redacted(value) + '' : '')
