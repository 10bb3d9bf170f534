/** What may come in from outside, and under which licences. */

const CRATES_IO = 'registry+https://github.com/rust-lang/crates.io-index'

/** Licences that ask for no more than to be named; none asks for the source of what is made with it. */
const LICENCES = [
  'MIT',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSL-1.0',
  'CDLA-Permissive-2.0',
  'ISC',
  'Unicode-3.0',
  'Unlicense',
  'Zlib'
]

/** Whether an SPDX expression can be met by the licences above; of old, crates wrote `/` for OR. */
export function isAllowed(expression) {
  const words = expression.replaceAll('/', ' OR ').match(/\(|\)|[^\s()]+/g) ?? []
  let at = 0
  const one = () => {
    if (words[at] === '(') {
      at++
      const inner = any()
      at++
      return inner
    }
    let name = words[at++]
    if (words[at] === 'WITH') name += ` ${words[at++]} ${words[at++]}`
    return LICENCES.includes(name)
  }
  const all = () => {
    let holds = one()
    while (words[at] === 'AND') {
      at++
      holds = one() && holds
    }
    return holds
  }
  const any = () => {
    let holds = all()
    while (words[at] === 'OR') {
      at++
      holds = all() || holds
    }
    return holds
  }
  return words.length > 0 && any() && at === words.length
}

/** Crates that come from elsewhere than crates.io, or under another licence. */
export function brokenByCrates(packages) {
  return packages
    .filter(({ source }) => source !== null)
    .flatMap(({ name, version, source, license }) => [
      ...(source === CRATES_IO ? [] : [`${name} ${version} comes from ${source}`]),
      ...(license && isAllowed(license) ? [] : [`${name} ${version} has the licence ${license}`])
    ])
}

/** Crates of which there are several versions, which makes what is built larger and a fix slower. */
export function duplicates(packages) {
  const versions = new Map()
  for (const { name, version } of packages) versions.set(name, [...(versions.get(name) ?? []), version])
  return [...versions]
    .filter(([, all]) => all.length > 1)
    .map(([name, all]) => `${name} ${all.sort().join(', ')}`)
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
