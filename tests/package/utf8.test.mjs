/** js/host/utf8.ts against Node's TextDecoder. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { transformSync } from 'esbuild'

const source = readFileSync(new URL('../../js/host/utf8.ts', import.meta.url), 'utf8')
const { code } = transformSync(source, { loader: 'ts', format: 'esm' })
const { decodeUtf8 } = await import(`data:text/javascript,${encodeURIComponent(code)}`)

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true })
const LAST_POINT = 0x10ffff
const isSurrogate = (point) => point >= 0xd800 && point <= 0xdfff

test('every code point is read as by TextDecoder', () => {
  for (let start = 0; start <= LAST_POINT; start += 0x400) {
    let text = ''
    for (let point = start; point < start + 0x400; point++) {
      if (!isSurrogate(point)) text += String.fromCodePoint(point)
    }
    const bytes = encoder.encode(text)
    assert.equal(decodeUtf8(bytes), decoder.decode(bytes))
  }
})

test('a byte order mark is kept, and nothing is nothing', () => {
  assert.equal(decodeUtf8(encoder.encode('\ufeff会话')), '\ufeff会话')
  assert.equal(decodeUtf8(new Uint8Array()), '')
})

test('a part of a buffer is read as that part', () => {
  const bytes = encoder.encode('前会话后')
  assert.equal(decodeUtf8(bytes.subarray(3, 9)), '会话')
})

test('what is no UTF-8 is refused, as by TextDecoder', () => {
  for (const bytes of [
    [0x80],
    [0xc3],
    [0xe4, 0xbc],
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf5, 0x80, 0x80, 0x80]
  ]) {
    assert.throws(() => decoder.decode(Uint8Array.from(bytes)), TypeError)
    assert.throws(() => decodeUtf8(Uint8Array.from(bytes)), URIError, String(bytes))
  }
})
