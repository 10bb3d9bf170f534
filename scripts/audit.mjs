/**
 * What the project depends on: `make audit`. Licences, sources and duplicates are read from the lock files, as
 * tests/supply does in every run; npm's own audit asks the registry for known holes.
 *
 * Known holes of crates (RustSec) are not asked for: their list is a git repository, which this cannot reach everywhere.
 * Who has cargo-deny or cargo-audit runs it beside this.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { readJson, repository } from './project.mjs'
import { cargoMetadata, shippedCrates } from './supply/crates.mjs'
import { brokenByCrates, brokenByNpm, duplicates } from './supply/rules.mjs'

const { packages } = cargoMetadata(repository)
const shipped = shippedCrates(repository)
const broken = [...brokenByCrates(packages), ...brokenByNpm(readJson(join(repository, 'package-lock.json')))]

console.log(
  `crates: ${packages.length}; in the shipped module: ${shipped.map(({ name, version }) => `${name} ${version}`).join(', ')}`
)
console.log(`in several versions:\n  ${duplicates(packages).join('\n  ')}`)
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
process.exitCode = broken.length ? 1 : 0
