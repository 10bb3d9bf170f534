/**
 * The hash of a package, and what CHANGELOG.md says it is. It is one SHA-256 over the lines `SHA-256  path` of all shipped
 * files, sorted by path, which `cd pkg && find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum` prints as well.
 */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')
const LABEL = 'SHA-256 of the package:'
/** A section of the changelog, from its heading to the next one. */
const SECTION = /^## .*\n(?:(?!## ).*\n?)*/m
const LINE = new RegExp(`^${LABEL} \`([0-9a-f]{64})\`$`, 'm')

/** @param {string} pkg the built package; its files with their hashes, by path */
export function shippedFiles(pkg) {
  return readdirSync(pkg, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((path) => ({ name: relative(pkg, path).replaceAll(sep, '/'), hash: sha256(readFileSync(path)) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** @param {{ name: string, hash: string }[]} files */
export const hashOf = (files) => sha256(files.map(({ name, hash }) => `${hash}  ${name}\n`).join(''))

/**
 * The hash that the newest section of the changelog names, if it names one.
 *
 * @param {string} changelog
 */
export const hashIn = (changelog) => LINE.exec(SECTION.exec(changelog)?.[0] ?? '')?.[1]

/**
 * The changelog with this hash in its newest section.
 *
 * @param {string} changelog
 * @param {string} hash
 */
export function withHash(changelog, hash) {
  const line = `${LABEL} \`${hash}\``
  return changelog.replace(SECTION, (section) =>
    LINE.test(section) ? section.replace(LINE, line) : section.replace('\n', `\n\n${line}\n`)
  )
}
