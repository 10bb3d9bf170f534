/** A benchmark that fails leaves no server and no folder behind, which would burden the machine and the next run. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const PROCESSES = pathToFileURL(join(REPOSITORY, 'benches/server/processes.mjs'))
const SERVER = `console.log('listening on http://127.0.0.1:1'); setInterval(() => {}, 1000)`

/** Ways to fail once a server and a folder exist. */
const ENDS = {
  'an error that nobody catches': `throw new Error('on purpose')`,
  'a rejected promise': `Promise.reject(new Error('on purpose')); await new Promise((resolve) => setTimeout(resolve, 60000))`,
  'a server that ends at once': `await start(process.execPath, ['-e', 'process.exit(3)'])`,
  'a program that is not there': `await start('there-is-no-such-program', [])`,
  'an exit in the middle': `process.exit(5)`,
  'Ctrl-C': `process.kill(process.pid, 'SIGINT'); await new Promise((resolve) => setTimeout(resolve, 60000))`,
  'a signal to end': `process.kill(process.pid, 'SIGTERM'); await new Promise((resolve) => setTimeout(resolve, 60000))`
}

/** Whether a process is gone, or goes within ten seconds. It is gone once its parent has waited for its end. */
async function isGone(pid) {
  for (let look = 0; look < 200; look += 1) {
    try {
      process.kill(pid, 0)
    } catch {
      return true
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return false
}

/** Runs a benchmark that fails in this way, and looks for what it started. */
async function endsWith(code) {
  const script = `
    import { writeFileSync } from 'node:fs'
    import { start, temporaryFolder } from '${PROCESSES}'
    const folder = temporaryFolder()
    writeFileSync(folder + '/file', '')
    const server = await start(process.execPath, ['-e', ${JSON.stringify(SERVER)}])
    console.log(JSON.stringify({ folder, pid: server.pid }))
    ${code}`
  const bench = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const ended = once(bench, 'close')
  const [line] = await once(createInterface({ input: bench.stdout }), 'line')
  const { folder, pid } = JSON.parse(line)
  const [status] = await ended
  assert.notEqual(status, 0)
  assert.ok(await isGone(pid), 'the server has ended')
  assert.ok(!existsSync(folder), 'the folder is gone')
}

describe('servers and folders of a benchmark end with it', { concurrency: true }, () => {
  for (const [end, code] of Object.entries(ENDS)) it(end, () => endsWith(code))
})
