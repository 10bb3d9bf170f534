/** What keeps a version from being released. */
import { hashIn } from './hash.mjs'

const ADDRESSES = {
  repository: ({ repository }) => (typeof repository === 'string' ? repository : repository?.url),
  homepage: ({ homepage }) => homepage,
  bugs: ({ bugs }) => (typeof bugs === 'string' ? bugs : (bugs?.url ?? bugs?.email))
}
const isAddress = (value) =>
  /^(?:git\+)?https:\/\/[\w.-]+\.\w+\/\S+$|^[^\s@]+@[\w.-]+\.\w+$/.test(value ?? '')
const isMadeUp = (value) => /example\.|your-|<|TODO/i.test(value ?? '')

/**
 * @param {{ manifest: Record<string, any>, version: string, hash: string, changelog: string, contributing: string,
 *   dirty: string[], tags: string[] }} found the package's package.json and hash, the crate's version, documents, and what
 *   git says
 * @returns {string[]} one sentence each
 */
export function problemsOf({ manifest, version, hash, changelog, contributing, dirty, tags }) {
  const problems = []
  for (const [field, read] of Object.entries(ADDRESSES)) {
    const address = read(manifest)
    if (!isAddress(address) || isMadeUp(address)) {
      problems.push(
        `package.json: ${field} is ${address ?? 'missing'}: enter where the repository really lives`
      )
    }
  }
  if (manifest.version !== version) {
    problems.push(`pkg/ is of version ${manifest.version}, Cargo.toml says ${version}: run make pkg`)
  }
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')} – \\d{4}-\\d\\d-\\d\\d$`, 'm')
  if (!heading.test(changelog)) problems.push(`CHANGELOG.md has no heading "## ${version} – <date>"`)
  const said = hashIn(changelog)
  if (said !== hash) {
    problems.push(
      `CHANGELOG.md says that the package's SHA-256 is ${said}, it is ${hash}: run make changelog-hash`
    )
  }
  if (/does not name an address yet/.test(contributing)) {
    problems.push('CONTRIBUTING.md names no address for reports of security problems')
  }
  if (dirty.length) problems.push(`not committed: ${dirty.join(', ')}`)
  if (tags.includes(`v${version}`))
    problems.push(`v${version} is tagged already: give this version another number`)
  return problems
}
