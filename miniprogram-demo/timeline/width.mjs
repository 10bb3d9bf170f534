/** Text in columns of a terminal, where a Chinese character takes two. */

export const COLUMNS = 80

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u

/** How many columns a text takes. */
export const widthOf = (text) => [...text].reduce((sum, letter) => sum + (WIDE.test(letter) ? 2 : 1), 0)

export const padEnd = (text, width) => text + ' '.repeat(Math.max(0, width - widthOf(text)))
export const padStart = (text, width) => ' '.repeat(Math.max(0, width - widthOf(text))) + text

/** The text in lines of at most `width` columns, broken between words, or anywhere between Chinese ones. */
export function wrap(text, width) {
  const lines = ['']
  for (const part of text.match(/\s+|[\u2e80-\uffef]|[^\s\u2e80-\uffef]+/gu) ?? []) {
    const line = lines.at(-1)
    if (widthOf(line + part) <= width) lines[lines.length - 1] = line + part
    else if (widthOf(part) > width) lines.push(...[...part].reduce(intoPieces(width), ['']))
    else lines.push(part.trimStart())
  }
  return lines.map((line) => line.trimEnd()).filter((line, index) => line || index === 0)
}

const intoPieces = (width) => (pieces, letter) => {
  if (widthOf(pieces.at(-1) + letter) > width) pieces.push('')
  pieces[pieces.length - 1] += letter
  return pieces
}
