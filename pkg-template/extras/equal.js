'use strict'
/** What `cache` and `dedupe` share: which calls are equal, and copies of what they got. */

/** The same with its names in order, so that their order is no difference. */
function sorted(value) {
  if (!value || typeof value !== 'object' || Array.isArray(value)) return value
  const copy = {}
  Object.keys(value)
    .sort()
    .forEach((name) => {
      copy[name] = value[name]
    })
  return copy
}

/** Two GETs are equal if what they send is, and how they read the answer. Others are equal to none. */
exports.keyOf = (options) => {
  const { method = 'GET', url, data, header, login, dataType, responseType } = options
  const isPlain =
    !options.filePath && !options.encryptedData && !options.withUserInfo && !options.enableChunked
  if (String(method).toUpperCase() !== 'GET' || !isPlain || data instanceof ArrayBuffer) return undefined
  return JSON.stringify([url, sorted(data), sorted(header), !!login, dataType, responseType])
}

/** A copy for another caller, so that what one does to it does not reach the other. */
exports.copyOf = function copyOf(value) {
  if (!value || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(copyOf)
  if (value instanceof ArrayBuffer) return value.slice(0)
  const copy = {}
  Object.keys(value).forEach((name) => {
    copy[name] = copyOf(value[name])
  })
  return copy
}
