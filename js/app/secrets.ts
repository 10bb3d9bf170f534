/**
 * Every secret that the SDK has handled in this launch, and the one place where words from outside become words of
 * ours: what an error, an event or a log says of wx, of a server or of the app's own functions goes through `redacted`.
 */
import { type AnyObject, isFunction, isObject, isString, keys, stringify } from '../host/wx'

/** A secret shorter than this cannot be told from ordinary words. */
const SHORTEST = 4
/** Values nested deeper than this are left out. */
const DEEPEST = 5

// State of the module, since a secret stays one whatever becomes of the call that brought it.
const secrets = new Set<string>()

/** Takes note of a text and, since headers say `Bearer …`, of its parts. */
function learn(secret: string): void {
  for (const part of [secret].concat(secret.split(/[\s,;="]+/))) {
    if (part.length >= SHORTEST) secrets.add(part)
  }
}

/** Takes note of a secret; of an object, of all texts in it. */
export const keepSecret = (secret: unknown) => redacted(secret, 0, learn)

/** How a secret may be written: as it is, in a URL, in JSON, in JSON within JSON. */
function spellingsOf(secret: string): string[] {
  const json = stringify(secret).slice(1, -1)
  let encoded = secret
  try {
    encoded = encodeURIComponent(secret)
  } catch (error) {
    // Half a surrogate pair cannot stand in a URL.
  }
  return [
    secret,
    encoded,
    encoded.replace(/%20/g, '+'),
    json,
    json.replace(/\//g, '\\/'),
    stringify(json).slice(1, -1)
  ]
}

/** A text without secrets. */
export function redact(text: string): string {
  const spellings = ([] as string[]).concat(...Array.from(secrets, spellingsOf))
  // The longest first: replacing a part before its whole would leave the rest of the whole.
  for (const spelling of spellings.sort((one, other) => other.length - one.length)) {
    text = text.split(spelling).join('***')
  }
  return text
}

/** A copy of what came from outside, each text as `say` puts it: without secrets. What is no data is left out. */
export function redacted(value: unknown, depth = 0, say: (text: string) => unknown = redact): any {
  if (isString(value)) return say(value)
  if (!isObject(value)) return isFunction(value) || typeof value === 'symbol' ? undefined : value
  if (depth > DEEPEST) return undefined
  const copy: AnyObject = {}
  try {
    if (Array.isArray(value)) return value.map((entry) => redacted(entry, depth + 1, say))
    // An error keeps its words where Object.keys does not look.
    for (const key of keys(value).concat('name', 'message')) {
      const part = redacted(value[key], depth + 1, say)
      if (part !== undefined) copy[key] = part
    }
  } catch (error) {
    // A getter threw; what was read so far is told.
  }
  return copy
}

/** The words of a failure, if it has any. An object's own `toString` is never called, since it may throw. */
export const wordsOf = (value: unknown): string =>
  isString(value) || typeof value === 'number' ? redact(String(value)) : ''
