/** The size budget of what a mini-program loads. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** weRequest 1.8.1, the smallest client with a comparable session handling, as published. */
export const LIMIT_BYTES = 20_300
export const AIM_BYTES = 16_000

/** The files of `miniprogram_dist` that every user of the package ships. */
export const COUNTED = ['index.js', 'core.wasm.br']

/** @param {string} pkg the built package */
export function countedBytes(pkg) {
  return COUNTED.map((name) => readFileSync(join(pkg, 'miniprogram_dist', name)).length).reduce(
    (a, b) => a + b
  )
}

/**
 * What the files may weigh until the limit is reached. This comes down with every step towards the limit; it went up
 * for Tunnel, for several of them, for answers that throw when they are read, for calls that are found without a Map,
 * for secrets in every spelling, and for hosts whose functions answer promises, of
 * sockets, too.
 */
export const CEILING_BYTES = 34_690

/** What of esm/index.mjs an app ships that only calls `request`, by bundler. */
export const REQUEST_ONLY_CEILING_BYTES = { esbuild: 18_240, 'rollup and terser': 16_330 }
