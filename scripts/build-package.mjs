/**
 * Builds the npm package into `pkg/` from js/, pkg-template/ and the core that build-core.mjs made. What lies
 * in pkg-template/ is copied as it is; package.json gets the crate's version.
 */
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleModule, bundlePackage } from './package/bundle.mjs'
import { buildExtras } from './package/extras.mjs'
import { fallbackFrom } from './package/fallback.mjs'
import { exportedBy, nodeEntry } from './package/node-entry.mjs'
import { bundleFakeWx } from './package/testing.mjs'
import { typingsOf } from './package/typings.mjs'
import { crateVersion, pathsFromArguments, readJson } from './project.mjs'

const paths = pathsFromArguments()
const { project, core } = paths
// Built beside, then moved: a build that fails leaves the package of before.
const pkg = join(core, 'pkg')
const distribution = join(pkg, 'miniprogram_dist')
rmSync(pkg, { recursive: true, force: true })
mkdirSync(distribution, { recursive: true })

const template = join(project, 'pkg-template')
cpSync(template, pkg, { recursive: true })
cpSync(join(project, 'LICENSE'), join(pkg, 'LICENSE'))
const { name, version: _, ...fields } = readJson(join(template, 'package.json'))
const described = { name, version: crateVersion(project), ...fields }
writeFileSync(join(pkg, 'package.json'), `${JSON.stringify(described, null, 2)}\n`)

const { code, map } = await bundlePackage(paths)
writeFileSync(join(distribution, 'index.js'), code)
// Beside the package, not in it: the size report reads it.
writeFileSync(join(core, 'index.js.map'), JSON.stringify(map))
writeFileSync(join(distribution, 'index.d.ts'), await typingsOf(project))
cpSync(join(core, 'core.wasm.br'), join(distribution, 'core.wasm.br'))
cpSync(join(core, 'core.wasm'), join(pkg, 'core.wasm'))
writeFileSync(join(distribution, 'fallback.js'), await fallbackFrom(join(core, 'core.wasm')))
const exported = exportedBy(join(distribution, 'index.js'))
for (const [path, text] of Object.entries(nodeEntry(Object.keys(exported))))
  writeFileSync(join(pkg, path), text)
mkdirSync(join(pkg, 'esm'))
writeFileSync(join(pkg, 'esm/index.mjs'), await bundleModule(paths, exported))
await buildExtras(join(template, 'extras'), pkg)
writeFileSync(join(pkg, 'testing/fake-wx.js'), await bundleFakeWx(project))

rmSync(paths.pkg, { recursive: true, force: true })
renameSync(pkg, paths.pkg)
