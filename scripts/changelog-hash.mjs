/** `make changelog-hash`: writes the hash of the built package into the newest section of CHANGELOG.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathsFromArguments } from './project.mjs'
import { hashOf, shippedFiles, withHash } from './release/hash.mjs'

const { project, pkg } = pathsFromArguments()
const changelog = join(project, 'CHANGELOG.md')
writeFileSync(changelog, withHash(readFileSync(changelog, 'utf8'), hashOf(shippedFiles(pkg))))
