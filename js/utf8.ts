/**
 * UTF-8 without TextEncoder and TextDecoder, which devices do not have. The generated glue calls it for the
 * few strings that cross into the core, all of them off the warm path.
 */

/** The UTF-8 bytes of `text`. A lone surrogate becomes U+FFFD, as with TextEncoder. */
export function encodeUtf8(text: string): number[] {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    let point = text.codePointAt(i) as number
    if (point > 0xffff) {
      i++
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63))
    } else {
      if ((point & 0xf800) === 0xd800) point = 0xfffd
      if (point > 0x7ff) bytes.push(0xe0 | (point >> 12))
    }
    if (point > 0x7ff) bytes.push(0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
    else if (point > 0x7f) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63))
    else bytes.push(point)
  }
  return bytes
}

/**
 * The text of the bytes from `start` to before `end`, which must be well-formed UTF-8: they come from a Rust
 * `str`, which is. A byte order mark is kept.
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  while (start < end) {
    const lead = bytes[start++]
    let following = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
    // The marker of a lead byte ends in a zero bit, which this mask keeps.
    let point = lead & (127 >> following)
    while (following--) point = (point << 6) | (bytes[start++] & 63)
    text += String.fromCodePoint(point)
  }
  return text
}
