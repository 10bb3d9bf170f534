/** js/utf8.ts against Node's TextEncoder and TextDecoder. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { transformSync } from 'esbuild'

const source = readFileSync(new URL('../../js/utf8.ts', import.meta.url), 'utf8')
const { code } = transformSync(source, { loader: 'ts', format: 'esm' })
const { decodeUtf8, encodeUtf8 } = await import(`data:text/javascript,${encodeURIComponent(code)}`)

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const LAST_POINT = 0x10ffff
const isSurrogate = (point) => point >= 0xd800 && point <= 0xdfff

function same(text) {
  const bytes = encoder.encode(text)
  assert.deepEqual(Uint8Array.from(encodeUtf8(text)), bytes)
  assert.equal(decodeUtf8(bytes, 0, bytes.length), decoder.decode(bytes))
}

test('every code point goes there and back as in TextEncoder and TextDecoder', () => {
  for (let start = 0; start <= LAST_POINT; start += 0x400) {
    let text = ''
    for (let point = start; point < start + 0x400; point++) {
      if (!isSurrogate(point)) text += String.fromCodePoint(point)
    }
    same(text)
  }
})

test('a lone surrogate becomes U+FFFD wherever it stands', () => {
  for (let surrogate = 0xd800; surrogate <= 0xdfff; surrogate++) {
    const lone = String.fromCharCode(surrogate)
    for (const text of [lone, `a${lone}`, `${lone}a`, `${lone}é`, `会${lone}话`, `😀${lone}`]) {
      assert.deepEqual(Uint8Array.from(encodeUtf8(text)), encoder.encode(text))
    }
  }
})

test('surrogates in every order: pairs join, the rest do not', () => {
  const units = ['\ud800', '\udbff', '\udc00', '\udfff', 'a', '会']
  const texts = units.flatMap((a) =>
    units.flatMap((b) => units.flatMap((c) => units.map((d) => a + b + c + d)))
  )
  for (const text of texts) assert.deepEqual(Uint8Array.from(encodeUtf8(text)), encoder.encode(text))
})

test('the lengths at which the encoding changes are met exactly', () => {
  for (const point of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xfffd, 0xffff, 0x10000, LAST_POINT]) {
    const text = String.fromCodePoint(point)
    assert.equal(encodeUtf8(text).length, Buffer.byteLength(text))
    same(text)
  }
})

test('only the given part is decoded, and a byte order mark is kept', () => {
  const bytes = encoder.encode('前\ufeff会话后')
  assert.equal(decodeUtf8(bytes, 3, 12), '\ufeff会话')
  assert.equal(decodeUtf8(bytes, 3, 3), '')
})

test('the empty text is no bytes', () => {
  assert.deepEqual(encodeUtf8(''), [])
})
