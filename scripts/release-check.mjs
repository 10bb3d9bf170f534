/** `make release-check`: what keeps this version from being released; exit code 1 if anything does. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crateVersion, readJson, repository, run } from './project.mjs'
import { hashOf, shippedFiles } from './release/hash.mjs'
import { problemsOf } from './release/problems.mjs'

const textOf = (path) => readFileSync(join(repository, path), 'utf8')
const linesOf = (text) => text.split('\n').filter(Boolean)

const version = crateVersion(repository)
const problems = problemsOf({
  manifest: readJson(join(repository, 'pkg/package.json')),
  version,
  hash: hashOf(shippedFiles(join(repository, 'pkg'))),
  changelog: textOf('CHANGELOG.md'),
  contributing: textOf('CONTRIBUTING.md'),
  dirty: linesOf(run('git', ['status', '--porcelain'])).map((line) => line.slice(3)),
  tags: linesOf(run('git', ['tag', '--list']))
})
for (const problem of problems) console.log(`✖ ${problem}`)
console.log(
  problems.length ? `\n${version} cannot be released yet; see RELEASING.md` : `✔ ${version} can be released`
)
process.exitCode = problems.length ? 1 : 0
