import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import { compileWxml } from './wxml.mjs'
import { compileWxss } from './wxss.mjs'

const json = async (file) => JSON.parse(await readFile(file, 'utf8'))

/**
 * An esbuild plugin that makes a mini-program importable as `miniprogram:app`: its configuration, the compiled
 * template and style of each page, and functions that run the untouched logic files.
 *
 * Like the real runtime, `require('name')` inside the mini-program looks only into `miniprogram_npm`.
 */
export function miniProgram({ root }) {
  const insideRoot = (file) => file.startsWith(root + sep) && !file.startsWith(join(root, 'host') + sep)
  return {
    name: 'miniprogram',
    setup(build) {
      build.onResolve({ filter: /^miniprogram:app$/ }, () => ({ path: 'app', namespace: 'miniprogram' }))
      build.onLoad({ filter: /.*/, namespace: 'miniprogram' }, async () => ({
        contents: await appModule(root),
        resolveDir: root
      }))
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        if (kind !== 'require-call' || !insideRoot(importer)) return undefined
        const [name, ...rest] = path.split('/')
        const file = join(root, 'miniprogram_npm', name, rest.length ? `${rest.join('/')}.js` : 'index.js')
        if (existsSync(file)) return { path: file }
        return { errors: [{ text: `${path} is not in miniprogram_npm: run scripts/pack-demo.mjs first` }] }
      })
      build.onLoad({ filter: /\.wxml$/ }, async ({ path }) => ({
        contents: `export default ${compileWxml('', await readFile(path, 'utf8'))}`
      }))
    }
  }
}

async function appModule(root) {
  const config = await json(join(root, 'app.json'))
  const pages = await Promise.all(config.pages.map((page) => pageEntry(root, page)))
  return `
export const config = ${JSON.stringify(config)}
export const theme = ${JSON.stringify(await json(join(root, config.themeLocation)))}
export const style = ${JSON.stringify(await compileWxss(join(root, 'app.wxss'), root))}
export const run = () => require('./app.js')
export const pages = [${pages.join(',')}]
`
}

async function pageEntry(root, page) {
  const source = await readFile(join(root, `${page}.wxml`), 'utf8')
  return `{
  path: ${JSON.stringify(page)},
  config: ${JSON.stringify(await json(join(root, `${page}.json`)))},
  template: ${compileWxml(page, source)},
  style: ${JSON.stringify(await compileWxss(join(root, `${page}.wxss`), root))},
  run: () => require('./${page}.js')
}`
}
