import { createRequire } from 'node:module'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import postcss from 'postcss'

const require = createRequire(import.meta.url)
const LIGHT = '[data-weui-theme="light"]'
const DARK = '[data-weui-theme="dark"]'
const CARE = '[data-weui-mode="care"]'

/**
 * Writes WeUI's stylesheet for a mini-program that follows the system's theme. WeUI switches to dark by an attribute
 * that each page would have to set; `"darkmode": true` and a media query do so without any code. `.weui-root` stands
 * for `page` where there is none, as in the browser host's own dialogs.
 */
export async function packWeui(target) {
  const source = require.resolve('weui-wxss/dist/style/weui.wxss')
  const sheet = postcss.parse(await readFile(source, 'utf8'), { from: source })
  sheet.walkRules((rule) => {
    const selectors = rule.selectors.filter((selector) => !selector.includes(CARE))
    const dark = selectors.filter((selector) => selector.includes(DARK))
    const light = selectors.filter((selector) => !selector.includes(DARK))
    if (dark.length && !light.length) {
      const media = postcss.atRule({ name: 'media', params: '(prefers-color-scheme: dark)' })
      rule.replaceWith(media)
      media.append(rule)
    }
    const named = (light.length ? light : dark).flatMap((selector) => withRoot(selector))
    if (named.length) rule.selectors = [...new Set(named)]
    else rule.remove()
  })
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, sheet.toString())
}

function withRoot(selector) {
  const scope = [LIGHT, DARK].find((theme) => selector.startsWith(theme))
  if (scope) {
    const rest = selector.slice(scope.length).trim()
    return rest ? [rest] : ['page', '.weui-root']
  }
  return selector === 'page' ? ['page', '.weui-root'] : [selector]
}
