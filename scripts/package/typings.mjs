/** The typings of js/, rolled into one file. */
import { join } from 'node:path'
import { rollup } from 'rollup'
import dts from 'rollup-plugin-dts'

/** @param {string} project */
export async function typingsOf(project) {
  const bundle = await rollup({
    input: join(project, 'js/index.ts'),
    plugins: [dts({ tsconfig: join(project, 'tsconfig.json') })],
    onwarn(warning) {
      throw new Error(warning.message)
    }
  })
  const { output } = await bundle.generate({ format: 'es' })
  await bundle.close()
  return output[0].code
}
