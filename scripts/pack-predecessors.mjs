import { build } from 'esbuild'
import { createRequire } from 'node:module'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const { resolve } = createRequire(import.meta.url)

export const PREDECESSORS = ['wafer-client-sdk', 'wafer2-client-sdk']

/**
 * Writes each predecessor, the npm package that package.json pins, as one file that exports a function of `wx`: what
 * "build npm" makes of them would share the mini-program's own `wx`, and with it the user, the storage and the count.
 */
export async function packPredecessors(folder) {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await Promise.all(PREDECESSORS.map((name) => packPredecessor(name, join(folder, `${name}.js`))))
}

function packPredecessor(name, outfile) {
  const { version, author, license } = createRequire(import.meta.url)(`${name}/package.json`)
  return build({
    entryPoints: [resolve(name)],
    outfile,
    bundle: true,
    format: 'iife',
    globalName: 'sdk',
    target: 'es2015',
    charset: 'utf8',
    banner: { js: `// ${name} ${version}, ${author}, ${license}\nmodule.exports = function (wx) {` },
    footer: { js: 'return sdk;\n};' },
    logLevel: 'warning'
  })
}
