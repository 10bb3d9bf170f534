/** What Cargo.lock brings in, as cargo tells it. */
import { run } from '../project.mjs'

export const WASM = 'wasm32-unknown-unknown'

/**
 * @param {string} project folder of Cargo.toml
 * @param {string[]} [options] further options of cargo metadata
 */
export function cargoMetadata(project, options = []) {
  const manifest = `--manifest-path=${project}/Cargo.toml`
  return JSON.parse(run('cargo', ['metadata', '--locked', '--format-version=1', manifest, ...options]))
}

/**
 * The crates of which something is in the shipped module, the package's own first, then by name; and, of each, which
 * others it needs. Macros run when the module is built, and nothing of them is in it.
 *
 * @param {string} project folder of Cargo.toml
 */
export function shippedCrates(project) {
  const { packages, resolve } = cargoMetadata(project, [`--filter-platform=${WASM}`])
  const byId = new Map(packages.map((entry) => [entry.id, entry]))
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]))
  const isMacro = (id) => byId.get(id).targets.some(({ kind }) => kind.includes('proc-macro'))
  const shipped = new Map()
  const add = (id) => {
    if (shipped.has(id)) return
    const needed = nodes
      .get(id)
      .deps.filter(({ pkg, dep_kinds: kinds }) => !isMacro(pkg) && kinds.some(({ kind }) => kind === null))
      .map(({ pkg }) => pkg)
    shipped.set(id, { ...byId.get(id), needed })
    needed.forEach(add)
  }
  const own = packages.find(({ name, source }) => name === 'wafer-client-wasm' && source === null)
  add(own.id)
  const [first, ...others] = shipped.values()
  return [first, ...others.sort((a, b) => (a.name < b.name ? -1 : 1))]
}
