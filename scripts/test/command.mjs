/** A step without tests of its own, such as the linters: silent, unless it fails. */
import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { repository } from '../project.mjs'
import { Outcome } from './report.mjs'

/**
 * Runs a program, both of whose outputs go to the report's log in the order in which they came.
 *
 * @param {(line: string) => void} onLine
 * @returns {Promise<number | string>} its exit code, or the signal that ended it
 */
export async function runLines(report, command, args, onLine, env = {}) {
  const child = spawn('bash', ['-c', 'exec "$0" "$@" 2>&1', command, ...args], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  for await (const line of createInterface({ input: child.stdout })) {
    report.log.write(`${line}\n`)
    onLine(line)
  }
  return ended
}

export async function runCommand(report, command, args) {
  const began = performance.now()
  const lines = []
  const ended = await runLines(report, command, args, (line) => lines.push(line))
  if (ended === 0) return
  const outcome = new Outcome()
  outcome.fail(`ended with ${ended}`, lines.join('\n'))
  report.part(
    [command, ...args].filter((word) => !word.startsWith('-')).join(' '),
    outcome,
    performance.now() - began
  )
}
