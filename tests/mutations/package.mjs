/**
 * Breaks js/: the built package gets an index.js that was made of the changed sources, and the stories of the files that
 * a rule names run on it; one of them has to fail. The module is the one that was built.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundlePackage } from '../../scripts/package/bundle.mjs'
import { readJson, repository } from '../../scripts/project.mjs'
import { replaced } from './replaced.mjs'

/** What a file of stories may take, in ms: a change may well make them run for ever. */
const LONGEST_MS = 120_000

/**
 * @param {string} copy an empty folder
 * @param {object[]} rules those that will be tried: their stories must pass first
 */
export async function breakPackage(copy, rules) {
  const core = join(copy, 'build/core')
  for (const path of ['js', 'pkg', 'build/core'])
    cpSync(join(repository, path), join(copy, path), { recursive: true })
  const { compilerOptions, ...config } = readJson(join(repository, 'tsconfig.json'))
  // A change may well leave something without use.
  const unused = { noUnusedLocals: false, noUnusedParameters: false }
  const lenient = { ...config, compilerOptions: { ...compilerOptions, ...unused } }
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(lenient))
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'))
  const build = async () => {
    const { code } = await bundlePackage({ project: copy, core, plain: false })
    writeFileSync(join(copy, 'pkg/miniprogram_dist/index.js'), code)
  }
  await build()
  const files = [...new Set(rules.flatMap(({ tests }) => tests))]
  const run = (file) => failures({ cwd: repository, pkg: join(copy, 'pkg'), file, names: HOST })
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

/** Stories run on several hosts, of which one is enough here: index.js is the same on all. */
const HOST = '\\[bare\\]$'

/** Runs a file of stories in a folder, on a package; answers the names of those that failed. */
export function failures({ cwd, pkg, file, names = '.' }) {
  const options = ['--test-reporter=tap', `--test-name-pattern=${names}`, file]
  const { status, stdout, stderr } = spawnSync(process.execPath, options, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, WAFER_PACKAGE: pkg },
    maxBuffer: 1 << 28,
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL'
  })
  if (status === 0) return []
  const failed = Array.from(stdout.matchAll(/^ *not ok \d+ - (.*)$/gm), ([, name]) => name)
  // A file that ends before it has told of a story: it ran too long, or the package cannot be required.
  return failed.length > 0 ? failed : [`${file} as a whole: ${stderr.trim().split('\n')[0] || 'no end'}`]
}
