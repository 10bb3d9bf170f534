import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { compileWxml } from './wxml.mjs'
import { compileWxss } from './wxss.mjs'

const json = async (file) => JSON.parse(await readFile(file, 'utf8'))

/**
 * An esbuild plugin that makes a mini-program importable as `miniprogram:app`: its configuration, the compiled
 * template and style of each page and of the components that they use, and functions that run the untouched logic files.
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
  const configs = await Promise.all(config.pages.map((page) => configOf(root, page)))
  const pages = await Promise.all(config.pages.map((page, index) => entry(root, page, configs[index])))
  const used = new Map(
    configs
      .flatMap(({ usingComponents }) => Object.entries(usingComponents))
      .map(([name, path]) => [path, name])
  )
  const components = await Promise.all(
    [...used].map(async ([path, name]) =>
      entry(root, path.slice(1), await configOf(root, path.slice(1)), name)
    )
  )
  return `
export const config = ${JSON.stringify(config)}
export const theme = ${JSON.stringify(await json(join(root, config.themeLocation)))}
export const style = ${JSON.stringify(await compileWxss(join(root, 'app.wxss'), root))}
export const run = () => require('./app.js')
export const pages = [${pages.join(',')}]
export const components = [${components.join(',')}]
`
}

/** The configuration of a page or component, with the paths of the components that it uses counted from the root. */
async function configOf(root, path) {
  const config = await json(join(root, `${path}.json`))
  const usingComponents = {}
  for (const [name, component] of Object.entries(config.usingComponents ?? {})) {
    const beside = posix.join('/', posix.dirname(path), component)
    const packed = `/miniprogram_npm/${component}`
    usingComponents[name] = existsSync(join(root, `${beside}.json`)) ? beside : packed
  }
  return { ...config, usingComponents }
}

/** @param {string} [scope] of a component's style, which is for no other: it goes before the names of its classes */
async function entry(root, page, config, scope) {
  const source = await readFile(join(root, `${page}.wxml`), 'utf8')
  return `{
  path: ${JSON.stringify(page)},
  config: ${JSON.stringify(config)},
  template: ${compileWxml(page, source)},
  style: ${JSON.stringify(await compileWxss(join(root, `${page}.wxss`), root, scope))},
  scope: ${JSON.stringify(scope)},
  run: () => require('./${page}.js')
}`
}
