/** Reads the built npm package from disk (Node only), for every place that runs it. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'

export const PACKAGE_NAME = 'wafer-client-wasm'
export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url))
export const PACKAGE_FOLDER = process.env.WAFER_PACKAGE ?? join(REPOSITORY, 'pkg')

const cache = new Map()

/**
 * The files that a mini-program gets, from the npm package (`pkg/`) or from a folder that WeChat's "build
 * npm" made of it (`miniprogram_npm/wafer-client-wasm/`): `{ scripts: { 'index.js': source },
 * wasm: { 'core.wasm.br': decompressed bytes } }`.
 */
export function readPackage(folder = PACKAGE_FOLDER) {
  if (cache.has(folder)) return cache.get(folder)
  const built = join(folder, 'miniprogram_dist')
  const root = existsSync(built) ? built : folder
  if (!existsSync(join(root, 'index.js'))) {
    throw new Error(
      `no built package in ${folder}: run \`make pkg\` first, or set WAFER_PACKAGE to its folder`
    )
  }
  const files = { root, scripts: {}, wasm: {} }
  // Names with forward slashes, as a mini-program requires them.
  for (const name of readdirSync(root, { recursive: true }).map((path) => path.replaceAll('\\', '/'))) {
    const path = join(root, name)
    if (name.endsWith('.js')) files.scripts[name] = readFileSync(path, 'utf8')
    else if (name.endsWith('.wasm')) files.wasm[name] = readFileSync(path)
    else if (name.endsWith('.wasm.br')) files.wasm[name] = brotliDecompressSync(readFileSync(path))
  }
  cache.set(folder, files)
  return files
}
