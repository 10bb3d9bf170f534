/** docs/troubleshooting has an entry for every error code, in both languages. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { textOf } from './documents.mjs'

const LANGUAGES = {
  'docs/troubleshooting.md': ['**Causes.**', '**What to do.**'],
  'docs/troubleshooting.zh-CN.md': ['**原因**：', '**怎么办**：']
}
const codes = [...textOf('js/error-codes.ts').matchAll(/^ {2}\| '(ERR_\w+)'$/gm)].map(([, code]) => code)

for (const [document, parts] of Object.entries(LANGUAGES)) {
  test(`${document} says for each error code what causes it, and what to do`, () => {
    const [, ...sections] = textOf(document).split(/^## /m)
    const entries = new Map(sections.map((section) => [section.slice(0, section.indexOf('\n')), section]))
    const named = [...entries.keys()].filter((title) => title.startsWith('ERR_'))
    assert.ok(codes.length > 10)
    assert.deepEqual(named, codes)
    for (const code of codes) {
      for (const part of parts) assert.ok(entries.get(code).includes(part), `${code}: ${part}`)
    }
  })
}
