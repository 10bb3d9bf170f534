/** What comes in from outside, and what is told of it. `make supply-chain` prints more, and asks for known holes. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'
import { readJson, repository, run } from '../../scripts/project.mjs'
import { shippedCrates } from '../../scripts/supply/crates.mjs'
import { brokenByNpm, denied } from '../../scripts/supply/rules.mjs'

const { JsonStrictValidator } = Validation
const folder = mkdtempSync(join(tmpdir(), 'wafer-supply-'))
after(() => rmSync(folder, { recursive: true }))

test('every crate comes from crates.io under a licence that asks for no more than to be named', () => {
  const { isGood, said } = denied(repository, ['licenses', 'bans', 'sources'])
  assert.ok(isGood, said)
})

test('a licence that is not allowed is noticed, also of what only some builds need', () => {
  const config = join(folder, 'deny.toml')
  writeFileSync(config, readFileSync(join(repository, 'deny.toml'), 'utf8').replace('"NCSA",', ''))
  const { isGood, said } = denied(repository, ['licenses'], config)
  assert.equal(isGood, false)
  assert.match(said, /libfuzzer-sys/)
})

test('an npm package from elsewhere, or without a hash, is noticed', () => {
  const packages = { '': {}, 'node_modules/x': { resolved: 'git+ssh://x' } }
  assert.equal(brokenByNpm({ packages }).length, 2)
})

test('the lock file fixes what is in every npm package', () => {
  assert.deepEqual(brokenByNpm(readJson(join(repository, 'package-lock.json'))), [])
})

test('the shipped module is made of few crates, each in one version, and the package depends on nothing', () => {
  const shipped = shippedCrates(repository)
  assert.equal(new Set(shipped.map(({ name }) => name)).size, shipped.length)
  assert.ok(shipped.some(({ name }) => name === 'wasm-bindgen'))
  assert.ok(shipped.length < 10, shipped.map(({ name }) => name).join(' '))
  const { dependencies } = readJson(join(PACKAGE_FOLDER, 'package.json'))
  assert.equal(dependencies, undefined)
})

test('the bill of materials keeps to the schema of CycloneDX', async () => {
  const bill = join(folder, 'bill.json')
  run(process.execPath, [join(repository, 'scripts/sbom.mjs'), '--bill', bill])
  const schema = new JsonStrictValidator(Spec.Version.v1dot6)
  const document = readJson(bill)
  assert.equal(await schema.validate(JSON.stringify(document)), null)
  document.components[0].scope = 'perhaps'
  assert.match(JSON.stringify(await schema.validate(JSON.stringify(document))), /scope/)
})

test('the bill of materials names every crate and file of the package, the same each time', () => {
  const make = (name) => {
    const bill = join(folder, name)
    const said = run(process.execPath, [join(repository, 'scripts/sbom.mjs'), '--bill', bill])
    return { said: /SHA-256 (\w{64})/.exec(said)[1], text: readFileSync(bill, 'utf8') }
  }
  const [bill, again] = [make('one.json'), make('two.json')]
  assert.deepEqual(bill, again)
  const { components, dependencies, metadata } = JSON.parse(bill.text)
  assert.match(metadata.component.purl, /^pkg:npm\/wafer-client-wasm@\d/)
  const references = [metadata.component, ...components].map((component) => component['bom-ref'])
  assert.equal(new Set(references).size, references.length)
  for (const { ref, dependsOn } of dependencies) {
    for (const reference of [ref, ...dependsOn]) assert.ok(references.includes(reference), reference)
  }
  const files = components.filter(({ type }) => type === 'file')
  for (const { name, hashes } of files) {
    const hash = createHash('sha256')
      .update(readFileSync(join(PACKAGE_FOLDER, name)))
      .digest('hex')
    assert.equal(hashes[0].content, hash, name)
  }
  const names = components.filter(({ type }) => type === 'library').map(({ name }) => name)
  assert.deepEqual(
    names,
    shippedCrates(repository)
      .slice(1)
      .map(({ name }) => name)
  )
  const command = 'find * -type f | LC_ALL=C sort | xargs -d "\\n" sha256sum | sha256sum'
  const { stdout } = spawnSync('sh', ['-c', command], { cwd: PACKAGE_FOLDER, encoding: 'utf8' })
  assert.equal(stdout.slice(0, 64), bill.said, 'anybody can count the hash')
})
