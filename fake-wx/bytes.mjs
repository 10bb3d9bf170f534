/** UTF-8 without TextEncoder, which JavaScriptCore's shell does not have. */
export function encodeUtf8(text) {
  const binary = unescape(encodeURIComponent(text))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

export function decodeUtf8(bytes) {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return decodeURIComponent(escape(binary))
}

/** Whether `value` is an ArrayBuffer, of this realm or of an app's own. */
export const isBuffer = (value) => Object.prototype.toString.call(value) === '[object ArrayBuffer]'

/** The bytes of what a server or a test gives: text, a buffer, or a value that stands for its JSON. */
export function toBytes(content) {
  if (isBuffer(content)) return new Uint8Array(content)
  if (ArrayBuffer.isView(content))
    return new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
  return encodeUtf8(toText(content))
}

export function toText(content) {
  if (typeof content === 'string') return content
  if (content === undefined || content === null) return ''
  if (isBuffer(content) || ArrayBuffer.isView(content)) return decodeUtf8(toBytes(content))
  return JSON.stringify(content)
}
