/** The migration guide lists each difference that the suite asserts, and no other, in both languages. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const folder = fileURLToPath(new URL('.', import.meta.url))

const asserted = new Set()
for (const name of readdirSync(folder).filter((file) => file.endsWith('.test.mjs'))) {
  for (const [, anchor] of readFileSync(join(folder, name), 'utf8').matchAll(/\bdiffers\(\s*'([^']+)'/g)) {
    asserted.add(anchor)
  }
}

for (const name of ['migration.md', 'migration.zh-CN.md']) {
  test(`docs/${name} gives a reason for each difference`, () => {
    const guide = readFileSync(join(REPOSITORY, 'docs', name), 'utf8')
    const anchors = [...guide.matchAll(/<a id="([^"]+)">/g)].map(([, anchor]) => anchor)
    assert.ok(asserted.size > 10)
    assert.deepEqual(anchors.sort(), [...asserted].sort())
    for (const section of guide.split('<a id=').slice(1)) {
      assert.match(section.split('\n## ')[0], /\n\*(Why|理由)[:：]\*/, `no reason in ${section.slice(0, 40)}`)
    }
  })
}
