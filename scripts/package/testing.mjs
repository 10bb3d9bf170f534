/** fake-wx/ as one CommonJS file, for `wafer-client-wasm/testing`. */
import { join } from 'node:path'
import { rollup } from 'rollup'

/** @param {string} project */
export async function bundleFakeWx(project) {
  const bundle = await rollup({
    input: join(project, 'fake-wx/index.mjs'),
    onwarn(warning) {
      throw new Error(warning.message)
    }
  })
  const { output } = await bundle.generate({ format: 'cjs', generatedCode: { preset: 'es2015' } })
  await bundle.close()
  return output[0].code
}
