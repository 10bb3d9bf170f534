/** UTF-8 without TextDecoder, which devices do not have. */

/** The text of the bytes. A byte order mark is kept. Throws URIError if they are not well-formed. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decodeURIComponent(Array.from(bytes, (byte) => '%' + (byte + 256).toString(16).slice(1)).join(''))
}
