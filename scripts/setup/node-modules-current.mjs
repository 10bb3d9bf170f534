/** Exits with 0 if node_modules holds what package-lock.json asks for on this platform, else with 1. */
import { existsSync, readFileSync } from 'node:fs'

const packagesIn = (path) => JSON.parse(readFileSync(path, 'utf8')).packages
const installedList = 'node_modules/.package-lock.json'
if (!existsSync(installedList)) process.exit(1)
const installed = packagesIn(installedList)
const isCurrent = Object.entries(packagesIn('package-lock.json')).every(([path, wanted]) => {
  if (path === '') return true
  const found = installed[path]
  return found
    ? found.version === wanted.version
    : Boolean(wanted.optional || wanted.peer || wanted.devOptional)
})
process.exit(isCurrent ? 0 : 1)
