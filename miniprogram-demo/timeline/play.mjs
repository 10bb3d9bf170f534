/** Plays the scenario and prints it. */
import { isDeepStrictEqual } from 'node:util'
import { PREDECESSORS, playPredecessor } from './predecessors.mjs'
import { Printer } from './print.mjs'
import { apiOf } from './rows.mjs'
import { stepsIn } from './steps.mjs'

/** The steps of this SDK that the predecessors do as well, by what the comparison calls them. */
const COMPARED = { cold: 'burst', expired: 'expired', warm: 'warm' }

/**
 * @param {import('./stage.mjs').Stage} stage
 * @param {{ write: (line: string) => void, colours: boolean, words: object }} output
 * @returns {Promise<boolean>} whether every expectation was met
 */
export async function play(stage, { write, colours, words }) {
  const printer = new Printer(write, { colours, words })
  const steps = stepsIn(words)
  await stage.ready()
  printer.line(words.title)
  printer.line(words.stage(stage.server.origin))

  const seenIn = {}
  const broken = []
  let met = 0
  for (const [index, step] of steps.entries()) {
    printer.title(index + 1, step)
    try {
      const seen = await stage.watch(step)
      seenIn[step.id] = seen
      printer.seen(seen, step.answer(seen.answer))
      for (const claim of step.expect(seen)) {
        const holds = isDeepStrictEqual(claim.seen, claim.expected)
        printer.claim({ ...claim, holds })
        if (holds) met += 1
        else broken.push(step.title)
      }
    } catch (error) {
      printer.failure(error)
      broken.push(step.title)
    }
  }
  try {
    await compare(stage, printer, words, seenIn)
  } catch (error) {
    printer.failure(error)
    broken.push(words.comparison)
  }

  const passed = broken.length === 0
  const titles = [...new Set(broken)].join(', ')
  printer.verdict(
    passed ? words.allMet(steps.length, met) : words.notMet(broken.length, met + broken.length, titles),
    passed
  )
  return passed
}

/** Three lines: what this SDK did above, and what its predecessors do when they are asked for the same. */
async function compare({ server }, printer, words, seenIn) {
  const others = []
  for (const name of PREDECESSORS) others.push(await playPredecessor(name, server))
  const rows = Object.entries(COMPARED).map(([id, step]) => {
    const inWords = (result) => (id === 'warm' ? words.nativeCalls(result.nativeCalls) : words.burst(result))
    const seen = seenIn[step]
    return [
      words.rows[id],
      seen ? inWords(resultOf(seen)) : '–',
      ...others.map((other) => inWords(other[id]))
    ]
  })
  printer.table(words.comparison, ['wafer-client-wasm', ...PREDECESSORS], rows)
}

const resultOf = ({ answer, nativeCalls }) => ({
  succeeded: [answer].flat().filter(({ statusCode }) => statusCode === 200).length,
  logins: nativeCalls.filter((call) => apiOf(call) === 'login').length,
  nativeCalls: nativeCalls.length
})
