// What the toolchain plugins share: the core's file, and where it goes in the built mini-program.
'use strict'
const { readFileSync } = require('fs')
const { join } = require('path')

/** Where the package looks for its core unless `configure({ wasmPath })` says otherwise. */
const WASM_PATH = '/miniprogram_npm/wafer-client-wasm/core.wasm.br'

/**
 * Platforms that run no WebAssembly of the code package, or are no mini-programs: they need the fallback, or nothing.
 */
const WITHOUT = /^(mp-)?alipay$|^(h5|web|app|rn|quickapp|harmony)/

/**
 * @param {{ wasmPath?: string } | null} [options] a plugin's options
 * @returns {string} the file's path from the output folder, with `/`
 */
exports.pathIn = (options) => {
  const { wasmPath = WASM_PATH } = options || {}
  const path = /^\/?((?:[^/\\:]+\/)*[^/\\:]+\.wasm\.br)$/.exec(wasmPath)
  if (!path || wasmPath.split('/').includes('..')) {
    throw new Error(
      `wafer-client-wasm：插件的 wasmPath 应为代码包里以 .wasm.br 结尾的路径，与 configure({ wasmPath }) 相同，而不是 ${wasmPath}`
    )
  }
  return path[1]
}

exports.read = () => readFileSync(join(__dirname, 'miniprogram_dist', 'core.wasm.br'))

/** @param {string | undefined} platform as the toolchain names it; undefined where it has but one */
exports.isWantedOn = (platform) => !platform || !WITHOUT.test(platform)
