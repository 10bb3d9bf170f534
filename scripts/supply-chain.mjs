/**
 * `make supply-chain`, before a release: checks what the project depends on. cargo-deny checks the crates (deny.toml),
 * as tests/supply has it do in every run; here it prints the duplicates, too, and asks for known holes (RustSec), whose
 * list is a git repository that cannot be reached everywhere. npm's own audit asks the registry for known holes in npm
 * packages.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { readJson, repository } from './project.mjs'
import { shippedCrates } from './supply/crates.mjs'
import { brokenByNpm, denied } from './supply/rules.mjs'

const shipped = shippedCrates(repository).map(({ name, version }) => `${name} ${version}`)
console.log(`crates in the shipped module: ${shipped.join(', ')}`)

const crates = denied(repository, ['licenses', 'bans', 'sources'])
console.log(crates.said)
const holes = denied(repository, ['advisories'])
const isUnknown = /failed to fetch advisory database/.test(holes.said)
console.log(isUnknown ? 'known holes of crates: RustSec could not be reached from here' : holes.said)
const broken = brokenByNpm(readJson(join(repository, 'package-lock.json')))
for (const problem of broken) console.log(`NOT ALLOWED: ${problem}`)

const { stdout } = spawnSync('npm', ['audit', '--json'], { cwd: repository, encoding: 'utf8' })
const { vulnerabilities, message } = JSON.parse(stdout || '{}')
if (!vulnerabilities) console.log(`npm audit: no answer (${message})`)
else {
  /* They are tools: nothing of them is in the package, which depends on nothing. */
  for (const [name, { severity, range }] of Object.entries(vulnerabilities)) {
    console.log(`npm audit: ${name} ${range}: ${severity}`)
  }
  console.log(
    `npm audit: ${Object.keys(vulnerabilities).length} tools with known holes, none of them shipped`
  )
}
const isGood = crates.isGood && (holes.isGood || isUnknown) && !broken.length
process.exitCode = isGood ? 0 : 1
