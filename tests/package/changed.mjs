/** Copies of the built package with something changed in them, for `packageFolder` of startApp. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { brotliCompressSync, constants } from 'node:zlib'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'

const QUICKLY = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }

/**
 * @param {{ index?: string, fallback?: string, wasm?: Uint8Array }} changed what is other than in the package
 * @returns {string} the folder; it is gone when the tests are over
 */
export function changedPackage({ index, fallback, wasm }) {
  const folder = mkdtempSync(join(tmpdir(), 'changed-package-'))
  after(() => rmSync(folder, { recursive: true }))
  cpSync(PACKAGE_FOLDER, folder, { recursive: true })
  const write = (name, content) => content && writeFileSync(join(folder, 'miniprogram_dist', name), content)
  write('index.js', index)
  write('fallback.js', fallback)
  write('core.wasm.br', wasm && brotliCompressSync(wasm, QUICKLY))
  return folder
}
