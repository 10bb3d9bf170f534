/**
 * The package's bill of materials, beside it: build/wafer-client-wasm.cdx.json, in CycloneDX 1.6. It names every crate of
 * which something is in the shipped module, Rust's own library, and every shipped file with its SHA-256. It holds no time
 * and nothing by chance: who builds the same sources gets the same bill.
 *
 * Prints one hash over all shipped files, which tells two builds apart: that of the lines `SHA-256  path`, sorted by path,
 * which `cd pkg && find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum` prints as well.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { pathsFromArguments, readJson, run } from './project.mjs'
import { shippedCrates } from './supply/crates.mjs'

const { project, pkg, bill } = pathsFromArguments({ bill: 'build/wafer-client-wasm.cdx.json' })
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

const files = readdirSync(pkg, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .map((path) => ({ name: relative(pkg, path).replaceAll(sep, '/'), hash: sha256(readFileSync(path)) }))
  .sort((a, b) => (a.name < b.name ? -1 : 1))

const { name, version, license, description } = readJson(join(pkg, 'package.json'))
const rustVersion = /^rustc (\S+)/.exec(run('rustc', ['--version'], { cwd: project }))[1]
const [own, ...crates] = shippedCrates(project)

const reference = (crate) => (crate.id === own.id ? purl : `pkg:cargo/${crate.name}@${crate.version}`)
const purl = `pkg:npm/${name}@${version}`
const rust = { name: 'Rust standard library', version: rustVersion, reference: `rust-std@${rustVersion}` }
const byId = new Map([own, ...crates].map((crate) => [crate.id, crate]))

const components = [
  ...crates.map((crate) => ({
    type: 'library',
    'bom-ref': reference(crate),
    name: crate.name,
    version: crate.version,
    scope: 'required',
    licenses: [{ expression: crate.license.replaceAll('/', ' OR ') }],
    purl: reference(crate)
  })),
  {
    type: 'framework',
    'bom-ref': rust.reference,
    name: rust.name,
    version: rust.version,
    scope: 'required',
    licenses: [{ expression: 'MIT OR Apache-2.0' }]
  },
  ...files.map((file) => ({
    type: 'file',
    'bom-ref': `file:${file.name}`,
    name: file.name,
    hashes: [{ alg: 'SHA-256', content: file.hash }]
  }))
]
const dependencies = [own, ...crates].map((crate) => ({
  ref: reference(crate),
  dependsOn: [...crate.needed.map((id) => reference(byId.get(id))).sort(), rust.reference]
}))
const document = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: {
    component: {
      type: 'library',
      'bom-ref': purl,
      name,
      version,
      description,
      licenses: [{ license: { id: license } }],
      purl
    }
  },
  components,
  dependencies
}
mkdirSync(dirname(bill), { recursive: true })
writeFileSync(bill, `${JSON.stringify(document, null, 2)}\n`)
const lines = files.map((file) => `${file.hash}  ${file.name}\n`)
console.log(
  `\n${name} ${version}: SHA-256 ${sha256(lines.join(''))}\nbill of materials: ${relative(project, bill)}`
)
