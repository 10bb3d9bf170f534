/**
 * The package's bill of materials, beside it: build/wafer-client-wasm.cdx.json, in CycloneDX 1.6. It names every crate of
 * which something is in the shipped module, Rust's own library, and every shipped file with its SHA-256. It holds no time
 * and nothing by chance: who builds the same sources gets the same bill.
 *
 * Prints the hash of the package (release/hash.mjs), which tells two builds apart, and whether CHANGELOG.md names the same.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pathsFromArguments, readJson, run } from './project.mjs'
import { hashIn, hashOf, shippedFiles } from './release/hash.mjs'
import { shippedCrates } from './supply/crates.mjs'

const { project, pkg, bill } = pathsFromArguments({ bill: 'build/wafer-client-wasm.cdx.json' })
const files = shippedFiles(pkg)

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
const hash = hashOf(files)
const said = hashIn(readFileSync(join(project, 'CHANGELOG.md'), 'utf8'))
const compared = said === hash ? 'says the same' : `says ${said ?? 'nothing'}; make changelog-hash writes it`
console.log(`\n${name} ${version}: SHA-256 ${hash}\nCHANGELOG.md ${compared}`)
console.log(`bill of materials: ${relative(project, bill)}`)
