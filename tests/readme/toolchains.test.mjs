/** What docs/toolchains tells to write is what the projects of tests/toolchains are built from. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { blocksOf, textOf } from './documents.mjs'

const DOCUMENTS = ['docs/toolchains.md', 'docs/toolchains.zh-CN.md']

/** By the file that a block names in its first line: the project's own. */
const PROJECTS = {
  'config/index.js': ['taro-3/config/index.js', 'taro-4/config/index.js'],
  'vite.config.js': ['uni-app/vite.config.js'],
  'webpack.config.js': ['mpx/webpack.config.js'],
  'mpx.config.js': ['mpx-cli/mpx.config.js'],
  'session.js': ['app/session.js']
}

const linesOf = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('//'))

for (const [file, sources] of Object.entries(PROJECTS)) {
  test(`${file} in docs/toolchains is that of ${sources.join(' and ')}`, () => {
    const [block] = blocksOf(textOf(DOCUMENTS[0]), 'js').filter(({ source }) =>
      source.startsWith(`// ${file}\n`)
    )
    assert.ok(block, `no block for ${file}`)
    for (const source of sources) {
      const written = linesOf(textOf(`tests/toolchains/${source}`)).join('\n')
      for (const line of linesOf(block.source)) {
        const said = line.replace(
          'qcloud.configure({ fallback: () => fallback })',
          'fallback: () => fallback'
        )
        assert.ok(written.includes(said), `${source} does not say: ${line}`)
      }
    }
  })
}

test('both languages tell the same code', () => {
  const [english, chinese] = DOCUMENTS.map((document) =>
    ['bash', 'js'].flatMap((language) => blocksOf(textOf(document), language).map(({ source }) => source))
  )
  assert.deepEqual(chinese, english)
})
