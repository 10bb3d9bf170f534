/** Makes one script with everything that a run inside an engine needs. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { PACKAGE_FOLDER, REPOSITORY, readPackage } from '../fake-wx/run/package-files.mjs'

import { EARLIER, OURS } from './stage/peers.mjs'

/** The packages that peers are named after. */
const PACKAGES = [
  'wafer-client-sdk',
  'wafer2-client-sdk',
  'miniprogram-network',
  'luch-request',
  'axios-miniprogram',
  'alova'
]

const local = (path) => fileURLToPath(new URL(path, import.meta.url))

async function bundle(options) {
  const { outputFiles } = await build({
    bundle: true,
    write: false,
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    ...options
  })
  return outputFiles[0].text
}

const bundlePeer = (name) =>
  bundle({
    stdin: { contents: `module.exports = require(${JSON.stringify(name)})`, resolveDir: REPOSITORY },
    format: 'cjs'
  })

function ownFiles(folder) {
  const { scripts, wasm } = readPackage(folder)
  return { source: scripts['index.js'], wasm: Array.from(wasm['core.wasm.br']) }
}

let files

/** The text of the stage and of every peer. `earlier` is the folder of another build of this package. */
async function readFiles(earlier) {
  const stage = await bundle({
    entryPoints: [join(REPOSITORY, 'benches/stage/index.mjs')],
    format: 'iife',
    globalName: 'stage'
  })
  const peers = {}
  for (const name of PACKAGES) peers[name] = { source: await bundlePeer(name) }
  peers[OURS] = ownFiles(PACKAGE_FOLDER)
  if (earlier) peers[EARLIER] = ownFiles(earlier)
  return { stage, peers }
}

/** The script of one job: `entry` is a file of inside/. */
export async function scriptOf(entry, job, { earlier } = {}) {
  const { stage, peers } = await (files ??= readFiles(earlier))
  const wanted = {}
  for (const name of job.peers) wanted[name] = peers[name]
  const text = await bundle({ entryPoints: [local(`inside/${entry}`)], format: 'iife' })
  return `globalThis.JOB = ${JSON.stringify(job)};\nglobalThis.FILES = ${JSON.stringify({ stage, peers: wanted })};\n${text}`
}
