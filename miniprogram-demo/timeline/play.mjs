/** Plays the scenario and prints it. */
import { isDeepStrictEqual } from 'node:util'
import { Printer } from './print.mjs'
import { steps } from './steps.mjs'

/**
 * @param {import('./stage.mjs').Stage} stage
 * @param {{ write: (line: string) => void, colours: boolean }} output
 * @returns {Promise<boolean>} whether every expectation was met
 */
export async function play(stage, { write, colours }) {
  const printer = new Printer(write, colours)
  await stage.ready()
  printer.line('wafer-client-wasm: what the SDK does, what it costs, and what the server saw')
  printer.line(`session server ${stage.server.origin}, SQLite, simulated WeChat`)

  const broken = []
  let met = 0
  for (const [index, step] of steps.entries()) {
    printer.title(index + 1, step)
    try {
      const seen = await stage.watch(step.act)
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

  const passed = broken.length === 0
  const titles = [...new Set(broken)].join(', ')
  printer.verdict(
    passed
      ? `${steps.length} steps, ${met} expectations, all met`
      : `${broken.length} of ${met + broken.length} expectations not met, in: ${titles}`,
    passed
  )
  return passed
}
