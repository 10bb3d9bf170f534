/**
 * Breaks the testing kit, fake-wx/ and pkg-template/testing: the stories that a rule names run in a copy of the
 * repository with the change, on a kit that was built of that copy; one of them has to fail.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleFakeWx } from '../../scripts/package/testing.mjs'
import { repository } from '../../scripts/project.mjs'
import { failures } from './package.mjs'
import { replaced } from './replaced.mjs'

const PARTS = [
  'examples/testing',
  'fake-wx',
  'pkg',
  'pkg-template/testing',
  'tests/fake-wx',
  'tests/testing-kit'
]

/**
 * @param {string} copy an empty folder
 * @param {object[]} rules those that will be tried: their stories must pass first
 */
export async function breakKit(copy, rules) {
  const filter = (path) => !path.endsWith('node_modules')
  for (const path of PARTS) cpSync(join(repository, path), join(copy, path), { recursive: true, filter })
  for (const path of ['node_modules', 'package.json']) symlinkSync(join(repository, path), join(copy, path))
  const build = async () => {
    cpSync(join(copy, 'pkg-template/testing/index.js'), join(copy, 'pkg/testing/index.js'))
    writeFileSync(join(copy, 'pkg/testing/fake-wx.js'), await bundleFakeWx(copy))
  }
  const run = (file) => failures({ cwd: copy, pkg: join(copy, 'pkg'), file })
  await build()
  const files = [...new Set(rules.flatMap(({ tests }) => tests))]
  const broken = files.flatMap(run)
  if (broken.length > 0) throw new Error(`the stories must pass first: ${broken.join('; ')}`)

  return async function noticed({ file, find, put, tests }) {
    const path = join(copy, file)
    const source = readFileSync(path, 'utf8')
    writeFileSync(path, replaced(file, source, find, put))
    try {
      await build()
      for (const test of tests) {
        const [first] = run(test)
        if (first) return first
      }
      return undefined
    } finally {
      writeFileSync(path, source)
    }
  }
}
