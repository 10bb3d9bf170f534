/** node compile-officially.mjs FOLDER OUT TYPE: a mini-program as miniprogram-ci compiles it for upload. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import ci from 'miniprogram-ci'

const { DefaultProjectAttr } = createRequire(import.meta.url)('miniprogram-ci/dist/config/config.js')
const [folder, out, type] = process.argv.slice(2)

const project = new ci.Project({
  appid: 'touristappid',
  type,
  projectPath: folder,
  privateKey: 'nothing is signed',
  ignores: ['node_modules/**/*']
})
// Otherwise WeChat's servers would be asked for the limits of the account, none of which matters here.
project.attr = () => Promise.resolve(DefaultProjectAttr)
const files = await ci.getCompiledResult({
  project,
  version: '1.0.0',
  desc: '',
  setting: { es6: true, minify: true },
  onProgressUpdate: () => {}
})
for (const [path, content] of Object.entries(files)) {
  mkdirSync(dirname(join(out, path)), { recursive: true })
  writeFileSync(join(out, path), content)
}
process.exit(0)
