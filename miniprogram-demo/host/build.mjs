import { build } from 'esbuild'
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, brotliDecompressSync, constants, gzip } from 'node:zlib'
import { miniProgram } from './compile/miniprogram.mjs'

const host = dirname(fileURLToPath(import.meta.url))
const root = dirname(host)
const compressors = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gz: promisify(gzip)
}
const WORTH_COMPRESSING = /\.(js|css|html|svg)$/

/**
 * The names of the files in this folder hold a hash of their content, so that the server lets browsers keep them for
 * good.
 */
const IMMUTABLE = 'immutable'

/**
 * Builds the browser page of the demo mini-program as static files, and answers the absolute paths of the files that
 * are bundled in it. Needs `miniprogram_npm` (see scripts/pack-demo.mjs): the copied package is what runs.
 */
export async function buildHost(outDir) {
  await rm(outDir, { recursive: true, force: true })
  await mkdir(outDir, { recursive: true })
  const { metafile } = await build({
    entryPoints: {
      host: join(host, 'main.js'),
      language: join(host, 'language.js'),
      style: join(host, 'style/index.css')
    },
    outdir: join(outDir, IMMUTABLE),
    entryNames: '[name]-[hash]',
    bundle: true,
    metafile: true,
    absWorkingDir: root,
    minify: true,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    external: ['/assets/*'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [miniProgram({ root })],
    legalComments: 'none',
    logLevel: 'warning'
  })
  const built = Object.keys(metafile.outputs).map((file) => relative(outDir, resolve(root, file)))
  await writeFile(join(outDir, 'index.html'), await page(built))
  await cp(join(host, 'assets'), join(outDir, 'assets'), { recursive: true })
  await cp(join(root, 'images'), join(outDir, 'images'), { recursive: true })
  await unpackModules(join(root, 'miniprogram_npm'), join(outDir, 'miniprogram_npm'))
  await compress(outDir)
  return { inputs: Object.keys(metafile.inputs).map((file) => resolve(root, file)) }
}

/** The page, with the names that the files were built under. */
async function page(built) {
  const html = await readFile(join(host, 'index.html'), 'utf8')
  return html.replace(/(src|href)="(\w+)\.(js|css)"/g, (_, attribute, name, kind) => {
    const file = built.find((path) => basename(path).startsWith(`${name}-`) && path.endsWith(`.${kind}`))
    return `${attribute}="${file}"`
  })
}

/** Puts compressed copies beside the files, which the server sends to browsers that take them. */
async function compress(folder) {
  for (const file of await readdir(folder, { recursive: true })) {
    if (!WORTH_COMPRESSING.test(file)) continue
    const bytes = await readFile(join(folder, file))
    for (const [ending, compressor] of Object.entries(compressors)) {
      await writeFile(join(folder, `${file}.${ending}`), await compressor(bytes))
    }
  }
}

/**
 * WeChat decompresses `.wasm.br` itself. A browser only does so for a response with `Content-Encoding: br`, which it
 * accepts on some origins and not on others, so the module is decompressed here, from the very file that ships; the
 * server sends the shipped file where the browser takes it.
 */
async function unpackModules(from, to) {
  for (const entry of await readdir(from, { recursive: true })) {
    if (!entry.endsWith('.wasm.br')) continue
    const target = join(to, entry.slice(0, -'.br'.length))
    const packed = await readFile(join(from, entry))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, brotliDecompressSync(packed))
    await writeFile(`${target}.br`, packed)
  }
}
