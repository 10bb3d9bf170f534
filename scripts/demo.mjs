/**
 * `make demo`: the scenario as a timeline, then the mini-program as a page until Ctrl-C.
 *
 *   node scripts/demo.mjs [--once]     --once: end after the timeline, with exit code 0 or 1
 *
 * Needs `pkg/`, the session server and, without --once, the built page.
 */
import { parseArgs } from 'node:util'
import { play } from '../miniprogram-demo/timeline/play.mjs'
import { Stage } from '../miniprogram-demo/timeline/stage.mjs'
import { wordsOf } from '../miniprogram-demo/timeline/words/index.mjs'
import { servePage } from './demo-page.mjs'

const words = wordsOf(process.env)
const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } })

async function timeline() {
  const stage = new Stage()
  let closing
  const close = () => (closing ??= stage.close())
  let stopped
  const stop = (signal) => {
    // The step that is under way fails when its server ends, which is no news.
    process.on('uncaughtException', () => {})
    const end = () => {
      // With the handlers gone, the signal ends this process as it would have.
      for (const name of signals) process.off(name, stop)
      process.kill(process.pid, signal)
    }
    stopped = close().then(end, end)
  }
  const signals = ['SIGINT', 'SIGTERM']
  for (const name of signals) process.on(name, stop)
  try {
    const colours = process.stdout.isTTY === true && process.stdout.hasColors()
    return await play(stage, { write: (line) => console.log(line), colours, words })
  } finally {
    await close()
    await stopped
    for (const name of signals) process.off(name, stop)
  }
}

// A reader that has seen enough, such as `head`, ends the demo as SIGPIPE would.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(141)
})

const passed = await timeline().catch((error) => {
  console.error(error.message)
  process.exit(1)
})
if (!values.once) await servePage({ words })
process.exitCode = passed ? 0 : 1
