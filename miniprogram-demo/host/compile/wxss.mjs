import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import postcss from 'postcss'

const IMPORT = /^(?:url\()?['"]?([^'")]+)['"]?\)?$/
const TEXT = ['font-size', 'line-height']
const ROOT_PX = 16

const inRem = (text) => text.replace(/(-?\d*\.?\d+)px\b/g, (_, amount) => `${amount / ROOT_PX}rem`)

/**
 * Compiles a WXSS file to CSS: inlines `@import`, and adapts three things that are the phone's. `rpx` is a 750th of the
 * screen's width, and the screen is the frame, not the window. The widths that a media query asks about are the
 * frame's, too. Text follows the size that the browser's user has set, as in WeChat it follows the size set there.
 *
 * @param {string} [scope] put before the names of classes, where the style is for one component alone
 */
export async function compileWxss(file, root, scope) {
  const sheet = postcss.parse(await readFile(file, 'utf8'), { from: file })
  for (const rule of sheet.nodes.filter(({ type, name }) => type === 'atrule' && name === 'import')) {
    const target = IMPORT.exec(rule.params)[1]
    const path = target.startsWith('/') ? join(root, target) : join(dirname(file), target)
    rule.replaceWith(postcss.parse(await compileWxss(path, root), { from: path }))
  }
  sheet.walkAtRules('media', (rule) => {
    if (!/^\((min|max)-width:[^()]*\)$/.test(rule.params)) return
    rule.name = 'container'
    rule.params = inRem(rule.params)
  })
  sheet.walkDecls((declaration) => {
    declaration.value = declaration.value.replace(
      /(-?[\d.]+)rpx\b/g,
      (_, amount) => `calc(${amount} * 100cqw / 750)`
    )
    if (TEXT.includes(declaration.prop)) declaration.value = inRem(declaration.value)
  })
  if (scope) {
    sheet.walkRules((rule) => {
      rule.selector = rule.selector.replace(/\.([a-z][\w-]*)/gi, (_, name) => `.${scope}--${name}`)
    })
  }
  return sheet.toString()
}
