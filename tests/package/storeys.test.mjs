/** js/ stands in storeys: a module imports from its own storey and from those below it, never from above. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

/** From the ground up. What lies beside the storeys is for every one of them, or stands on all. */
const STOREYS = ['host', 'app', 'core', 'steps']
const FOR_ALL = ['codes', 'error-codes', 'types']
const ON_TOP = ['index', 'package']

const folder = join(REPOSITORY, 'js')
const modules = readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.ts'))
const storeyOf = (path) => (path.includes('/') ? path.split('/')[0] : undefined)

/** What a module imports from js/, without what it imports for its types alone, as paths within js/. */
function importsOf(path) {
  const text = readFileSync(join(folder, path), 'utf8')
  return [...text.matchAll(/^(?:import|export)\s(?!type\s)[^']*?from '(\.[^']+)'/gm)].map(([, specifier]) =>
    normalize(join(dirname(path), specifier))
  )
}

test('every module of js/ has its storey', () => {
  for (const path of modules) {
    const known =
      STOREYS.includes(storeyOf(path)) || [...FOR_ALL, ...ON_TOP].includes(path.replace('.ts', ''))
    assert.ok(known, path)
  }
})

test('imports lead downwards', () => {
  let count = 0
  for (const path of modules) {
    const height = STOREYS.indexOf(storeyOf(path))
    for (const target of importsOf(path)) {
      count++
      if (FOR_ALL.includes(target)) continue
      const isOnTop = ON_TOP.includes(path.replace('.ts', ''))
      assert.ok(isOnTop || !ON_TOP.includes(target), `${path} imports ${target}`)
      assert.ok(isOnTop || STOREYS.indexOf(storeyOf(target)) <= height, `${path} imports ${target}`)
    }
  }
  assert.ok(count > 50, 'imports were found')
})

test('no two modules of a storey need each other', () => {
  const visiting = new Set()
  const done = new Set()
  const visit = (path) => {
    assert.ok(!visiting.has(path), `${[...visiting, path].join(' → ')}`)
    if (done.has(path)) return
    visiting.add(path)
    for (const target of importsOf(path)) if (modules.includes(`${target}.ts`)) visit(`${target}.ts`)
    visiting.delete(path)
    done.add(path)
  }
  for (const path of modules) visit(path)
})
