import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import postcss from 'postcss'
import { compileWxml } from '../../miniprogram-demo/host/compile/wxml.mjs'
import { compileWxss } from '../../miniprogram-demo/host/compile/wxss.mjs'
import { packWeui } from '../../scripts/pack-weui.mjs'

describe('WXSS for the browser', () => {
  let folder
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wafer-wxss-'))
  })
  after(() => rm(folder, { recursive: true }))

  const compile = async (files) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    return compileWxss(join(folder, 'main.wxss'), folder)
  }

  it('makes rpx a 750th of the phone’s width', async () => {
    const css = await compile({ 'main.wxss': '.a { width: 750rpx; margin: -2.5rpx 4px }' })
    assert.equal(css, '.a { width: calc(750 * 100cqw / 750); margin: calc(-2.5 * 100cqw / 750) 4px }')
  })

  it('leaves names that merely look like rpx alone', async () => {
    const css = await compile({ 'main.wxss': '.a { width: var(--10rpxes) }' })
    assert.equal(css, '.a { width: var(--10rpxes) }')
  })

  it('puts imported files in place, from the root and from beside', async () => {
    const css = await compile({
      'main.wxss': "@import '/one.wxss';\n@import './two.wxss';\n.main { top: 0 }",
      'one.wxss': '.one { top: 1rpx }',
      'two.wxss': "@import 'one.wxss';\n.two { top: 2px }"
    })
    const selectors = postcss.parse(css).nodes.map(({ selector }) => selector)
    assert.deepEqual(selectors, ['.one', '.one', '.two', '.main'])
    assert.doesNotMatch(css, /rpx\b|@import/)
  })

  it('fails when an imported file is missing', async () => {
    await assert.rejects(compile({ 'main.wxss': "@import './none.wxss';" }), /none\.wxss/)
  })
})

describe('WXML for the browser', () => {
  it('becomes an expression that yields the template', () => {
    const { groupList, content } = new Function(`return ${compileWxml('page', '<view>{{a}}</view>')}`)()
    assert.equal(typeof content, 'function')
    assert.equal(groupList.page, content)
  })

  it('names file and line of what is wrong', () => {
    assert.throws(() => compileWxml('pages/a/a', '<view>\n  <text>\n</view>'), /pages\/a\/a\.wxml:2 /)
  })
})

describe('WeUI’s stylesheet, packed for the demo', () => {
  let sheet
  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wafer-weui-'))
    const file = join(folder, 'style/weui.wxss')
    await packWeui(file)
    sheet = postcss.parse(await readFile(file, 'utf8'))
    await rm(folder, { recursive: true })
  })

  /** The value of a variable of the page: the last one wins. */
  const variable = (name, isDark) => {
    let value
    sheet.walkDecls(name, ({ parent, value: declared }) => {
      const inDark = parent.parent.name === 'media' && parent.parent.params.includes('dark')
      if (parent.selectors.includes('page') && inDark === isDark) value = declared
    })
    return value
  }

  it('has the light colours for the page', () => {
    assert.equal(variable('--weui-BG-0', false), '#ededed')
    assert.equal(variable('--weui-BRAND', false), '#07c160')
  })

  it('has the dark colours when the system is dark', () => {
    assert.equal(variable('--weui-BG-0', true), '#111')
  })

  it('needs no attribute on the page', () => {
    sheet.walkRules(({ selector }) => assert.doesNotMatch(selector, /data-weui/))
  })
})
