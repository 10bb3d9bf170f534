/**
 * Starts servers and makes folders for a benchmark. All of them end with this process, however it ends.
 *
 * A benchmark fails in many places: a server does not start, a login is refused, somebody presses Ctrl-C. Cleaning up
 * is therefore not left to the place that fails. Only SIGKILL prevents it.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const children = new Set()
const folders = new Set()

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  // The child processes of a database write into its folder, and need a moment to notice that the database has ended.
  for (const folder of folders)
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})
for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }))
  process.on(signal, () => process.exit(128 + number))

/** Starts a program. `ended` tells its exit code. */
export function run(command, args, options = {}) {
  const child = spawn(command, args, options)
  children.add(child)
  const ended = new Promise((resolve, reject) => {
    child.on('error', (error) => {
      children.delete(child)
      reject(new Error(`${command} cannot be started: ${error.message}`))
    })
    child.on('close', (code) => {
      children.delete(child)
      resolve(code)
    })
  })
  return { child, ended }
}

/** Starts a server that prints its address in its first line. */
export async function start(command, args, env = {}) {
  const stdio = ['ignore', 'pipe', 'inherit']
  const { child, ended } = run(command, args, { env: { ...process.env, ...env }, stdio })
  const lines = createInterface({ input: child.stdout })
  const line = await Promise.race([
    new Promise((resolve) => lines.once('line', resolve)),
    ended.then((code) => Promise.reject(new Error(`${command} ended with ${code}`)))
  ])
  const port = /(\d+)$/.exec(line)[1]
  return { origin: `http://127.0.0.1:${port}`, port, pid: child.pid, stop: () => stop(child, ended) }
}

/** Asks a program to end, and waits for its end. */
export async function stop(child, ended, signal = 'SIGTERM') {
  child.kill(signal)
  await ended
}

/** A folder that is deleted when this process ends. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-bench-'))
  folders.add(folder)
  return folder
}

/** Deletes a folder earlier than that. */
export function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  folders.delete(folder)
}
