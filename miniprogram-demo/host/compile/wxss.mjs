import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import postcss from 'postcss'

const IMPORT = /^(?:url\()?['"]?([^'")]+)['"]?\)?$/

/**
 * Compiles a WXSS file to CSS: inlines `@import`, and turns `rpx` (a 750th of the screen's width) into container
 * query units, because the screen here is the phone frame and not the window.
 */
export async function compileWxss(file, root) {
  const sheet = postcss.parse(await readFile(file, 'utf8'), { from: file })
  for (const rule of sheet.nodes.filter(({ type, name }) => type === 'atrule' && name === 'import')) {
    const target = IMPORT.exec(rule.params)[1]
    const path = target.startsWith('/') ? join(root, target) : join(dirname(file), target)
    rule.replaceWith(postcss.parse(await compileWxss(path, root), { from: path }))
  }
  sheet.walkDecls((declaration) => {
    declaration.value = declaration.value.replace(
      /(-?[\d.]+)rpx\b/g,
      (_, amount) => `calc(${amount} * 100cqw / 750)`
    )
  })
  return sheet.toString()
}
