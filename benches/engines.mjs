/** The engines of mini-programs, and how to run a script in each. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SHELL = process.env.JSC ?? 'jsc'

export const engines = {
  v8: { title: 'V8 (Node)', command: process.execPath, args: ['--expose-gc'] },
  jsc: { title: 'JavaScriptCore', command: SHELL, args: [] },
  'jsc-nojit': { title: 'JavaScriptCore without JIT', command: SHELL, args: ['--useJIT=0'] }
}

/** CPU time of a waiting process's main thread in ns; '' if the system does not tell. */
function cpuNs(pid) {
  try {
    return readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]
  } catch {
    return ''
  }
}

/** Runs a script, under another command and in another environment if they are given; answers the lines that it printed. */
export function runIn(engine, script, extraArgs = [], under = [], env = process.env) {
  const { command: shell, args: shellArgs } = engines[engine]
  const [command, ...args] = [...under, shell, ...shellArgs]
  const folder = mkdtempSync(join(tmpdir(), 'wafer-bench-'))
  const file = join(folder, 'bench.js')
  writeFileSync(file, script)
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, ...extraArgs, file], { stdio: ['pipe', 'pipe', 'pipe'], env })
    const said = []
    let rest = ''
    let trouble = ''
    child.stderr.on('data', (data) => (trouble += data))
    child.stdout.on('data', (data) => {
      const lines = (rest + data).split('\n')
      rest = lines.pop()
      for (const line of lines) {
        if (line === 'bench-clock') child.stdin.write(`${cpuNs(child.pid)}\n`)
        else if (line.startsWith('bench ')) said.push(JSON.parse(line.slice(6)))
        else trouble += `${line}\n`
      }
    })
    child.on('error', reject)
    child.on('close', (code) => {
      rmSync(folder, { recursive: true })
      const last = said.pop()
      if (last?.end) resolve(said)
      else reject(new Error(`${command} ended with ${code}: ${last?.error ?? trouble.slice(0, 4000)}`))
    })
  })
}
