/** What nobody may see: which secrets went over a fake `wx`, and where the package could have let them out. */
import { deepCopy } from '../../fake-wx/host.mjs'

const SECRET_FIELDS = ['skey', 'code', 'encryptedData', 'iv', 'token', 'signature']
const SECRET_HEADERS = ['x-wx-skey', 'x-wx-code', 'x-wx-encrypted-data', 'x-wx-iv', 'authorization']
/** Shorter texts turn up by chance: `code: 0` of a body is no secret. */
const SHORTEST_SECRET = 6

/** Adds the secrets in `value`, an entry of the fake's log, to `found`. */
export function collectSecrets(value, found) {
  if (value === null || typeof value !== 'object') return
  for (const [name, content] of Object.entries(value)) {
    const isSecret = SECRET_FIELDS.includes(name) || SECRET_HEADERS.includes(name.toLowerCase())
    if (isSecret && typeof content === 'string' && content.length >= SHORTEST_SECRET) found.add(content)
    else collectSecrets(content, found)
  }
}

/** The first secret in `seen`, whatever is nested in it; undefined if there is none. */
export function secretIn(seen, secrets) {
  const text = JSON.stringify(deepCopy(seen)) ?? ''
  for (const secret of secrets) {
    if (text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1))) return secret
  }
  return undefined
}

/** Notes every error that a class makes from now on, whoever gets it. */
export function noteErrors(ErrorClass, errors) {
  Object.defineProperty(ErrorClass.prototype, 'detail', {
    configurable: true,
    set(value) {
      errors.push(this)
      Object.defineProperty(this, 'detail', { value, configurable: true, enumerable: true, writable: true })
    }
  })
}

/** All that an error says, also what JSON leaves out. */
export const wordsOfError = (error) => ({
  ...error,
  name: error.name,
  message: error.message,
  stack: error.stack
})
