/**
 * Breaks copies of the core, of js/ and of the testing kit in each of the ways of mutations.mjs, javascript.mjs and
 * fake-wx.mjs, one at a time, and sees the tests notice: what a rule names must pass before and fail after. `make mutants`
 * calls it.
 *
 *   node tests/mutations/run.mjs                          all rules
 *   node tests/mutations/run.mjs 'log-out'                those whose description contains it
 *   node tests/mutations/run.mjs --only js                those of js/ alone, of the `core` or the `kit`
 *   node tests/mutations/run.mjs --only explored          those of the core that the exploration of simulation/ may find
 *   node tests/mutations/run.mjs --sample 20 --seed 7     so many of them, by chance; without a seed, another one each time
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Random } from '../../fake-wx/random.mjs'
import { breakCore } from './core.mjs'
import { breakExplored, isExplored } from './explored.mjs'
import { kitMutations } from './fake-wx.mjs'
import { javascriptMutations } from './javascript.mjs'
import { breakKit } from './kit.mjs'
import { mutations } from './mutations.mjs'
import { breakPackage } from './package.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, sample: { type: 'string' }, seed: { type: 'string' } }
})

function sampleOf(rules) {
  if (!values.sample) return rules
  const seed = Number(values.seed ?? Date.now() % 1_000_000)
  console.log(`a sample of ${values.sample}, seed ${seed}`)
  const random = new Random(seed)
  const drawn = rules.map((rule, index) => ({ rule, index, lot: random.next() }))
  drawn.sort((one, other) => one.lot - other.lot)
  const chosen = drawn.slice(0, Number(values.sample))
  return chosen.sort((one, other) => one.index - other.index).map(({ rule }) => rule)
}

const isExploring = values.only === 'explored'
const all = Object.entries({ core: mutations, js: javascriptMutations, kit: kitMutations })
  .filter(([of]) => [undefined, of].includes(isExploring ? 'core' : values.only))
  .flatMap(([of, rules]) => rules.map((rule) => ({ ...rule, of })))
const wanted = sampleOf(
  all
    .filter(({ what }) => what.includes(positionals[0] ?? ''))
    .filter((rule) => !isExploring || isExplored(rule))
)
const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
const began = Date.now()
let survivors = 0

async function tryAll(rules, name, start) {
  if (rules.length === 0) return
  const copy = join(folder, name)
  mkdirSync(copy)
  const noticed = await start(copy, rules)
  for (const rule of rules) {
    let by
    let problem = ''
    try {
      by = await noticed(rule)
    } catch (error) {
      problem = error.message
    }
    if (!by) survivors += 1
    console.log(
      `${by ? 'noticed ' : 'SURVIVED'}  ${rule.what}  (${by ?? rule.fails ?? rule.tests.join(', ')})`
    )
    if (problem) console.log(`          ${problem}`)
  }
}

try {
  await tryAll(
    wanted.filter(({ of }) => of === 'js'),
    'js',
    breakPackage
  )
  await tryAll(
    wanted.filter(({ of }) => of === 'kit'),
    'kit',
    breakKit
  )
  await tryAll(
    wanted.filter(({ of }) => of === 'core'),
    'core',
    isExploring ? breakExplored : breakCore
  )
  const minutes = ((Date.now() - began) / 60_000).toFixed(1)
  console.log(`${wanted.length - survivors} of ${wanted.length} noticed, in ${minutes} minutes`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = survivors > 0 ? 1 : 0
