import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { wordsOf } from '../miniprogram-demo/timeline/words/index.mjs'
import { repository, sessionServer } from './project.mjs'

// The port that miniprogram-demo/config.js names, so that WeChat DevTools finds the server, too.
const USUAL_PORT = 8080

/**
 * Serves the page that build-demo.mjs built, and the session server behind it, until Ctrl-C, and prints the address.
 * `executable` is the session server; its database outlives the demo, so that a user who was logged in still is at
 * the next start.
 */
export async function servePage({
  executable = sessionServer,
  database = join(repository, 'build/demo.sqlite'),
  words = wordsOf(process.env)
} = {}) {
  await mkdir(dirname(database), { recursive: true })
  const serve = (port) => start(executable, [`--listen=127.0.0.1:${port}`, `--database=${database}`], words)
  const { server, url } = await serve(USUAL_PORT).catch(() => serve(0))
  console.log(`\n  ${words.page(url)}\n  ${words.quit}\n`)
  await ended(server)
}

/** Starts the server; fails with its own words if it ends instead of listening. */
async function start(executable, args, words) {
  const server = spawn(executable, [...args, '--static', join(repository, 'build/host')], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text) => (said = text))
  const failed = once(server, 'exit').then(() => {
    throw new Error(words.notStarted(said.trim()))
  })
  const [line] = await Promise.race([once(server.stdout.setEncoding('utf8'), 'data'), failed])
  return { server, url: line.trim().replace('listening on ', '') }
}

/** Resolves when the server has ended. Ctrl-C reaches it by itself; a signal to this process alone is passed on. */
async function ended(server) {
  const pass = (signal) => server.kill(signal)
  process.on('SIGINT', pass)
  process.on('SIGTERM', pass)
  await once(server, 'exit')
  process.off('SIGINT', pass)
  process.off('SIGTERM', pass)
}
