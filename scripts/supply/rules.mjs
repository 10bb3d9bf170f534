/** What may come in from outside: crates by cargo-deny, npm packages by their lock file. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { repository } from '../project.mjs'

/**
 * What cargo-deny says of the crates of a workspace, also of those that only other systems or features need.
 *
 * @param {string} project folder of Cargo.toml
 * @param {string[]} checks `licenses`, `bans`, `sources`, `advisories`
 * @param {string} [config] in the place of deny.toml
 */
export function denied(project, checks, config = join(project, 'deny.toml')) {
  const args = [
    '--locked',
    '--workspace',
    '--all-features',
    '--config',
    config,
    'check',
    '--hide-inclusion-graph',
    ...checks
  ]
  const deny = join(repository, '.tools/bin/cargo-deny')
  const { status, error, stdout, stderr } = spawnSync(deny, args, { cwd: project, encoding: 'utf8' })
  if (error) throw new Error(`${error.message}: run scripts/setup.sh deny`)
  return { isGood: status === 0, said: `${stdout}${stderr}`.trim() }
}

/** npm packages whose contents the lock file does not fix, or that come from elsewhere than the registry. */
export function brokenByNpm(lock) {
  return Object.entries(lock.packages)
    .filter(([path, { link }]) => path !== '' && !link)
    .flatMap(([path, { integrity, resolved }]) => [
      ...(/^sha512-/.test(integrity ?? '') ? [] : [`${path} has no sha512`]),
      ...(resolved === undefined || resolved.startsWith('https://registry.npmjs.org/')
        ? []
        : [`${path} comes from ${resolved}`])
    ])
}
