import { build } from 'esbuild'
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { miniProgram } from './compile/miniprogram.mjs'

const host = dirname(fileURLToPath(import.meta.url))
const root = dirname(host)

/**
 * Builds the browser page of the demo mini-program as static files, and answers the absolute paths of the files that
 * are bundled in it. Needs `miniprogram_npm` (see scripts/pack-demo.mjs): the copied package is what runs.
 */
export async function buildHost(outDir) {
  await rm(outDir, { recursive: true, force: true })
  await mkdir(outDir, { recursive: true })
  const { metafile } = await build({
    entryPoints: { host: join(host, 'main.js'), style: join(host, 'style/index.css') },
    outdir: outDir,
    bundle: true,
    metafile: true,
    absWorkingDir: root,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    external: ['assets/*'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [miniProgram({ root })],
    legalComments: 'none',
    logLevel: 'warning'
  })
  await cp(join(host, 'index.html'), join(outDir, 'index.html'))
  await cp(join(host, 'assets'), join(outDir, 'assets'), { recursive: true })
  await cp(join(root, 'images'), join(outDir, 'images'), { recursive: true })
  await unpackModules(join(root, 'miniprogram_npm'), join(outDir, 'miniprogram_npm'))
  return { inputs: Object.keys(metafile.inputs).map((file) => resolve(root, file)) }
}

/**
 * WeChat decompresses `.wasm.br` itself. A browser only does so for a response with `Content-Encoding: br`, which it
 * accepts on some origins and not on others, so the module is decompressed here, from the very file that ships.
 */
async function unpackModules(from, to) {
  for (const entry of await readdir(from, { recursive: true })) {
    if (!entry.endsWith('.wasm.br')) continue
    const target = join(to, entry.slice(0, -'.br'.length))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, brotliDecompressSync(await readFile(join(from, entry))))
  }
}
