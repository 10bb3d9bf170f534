/** The differences between Node and JavaScriptCore's shell. */
const isNode = typeof process === 'object' && typeof process.cpuUsage === 'function'

/** Prints a line for the process that started the engine. */
export function say(line) {
  const text = `bench ${JSON.stringify(line)}`
  if (isNode) process.stdout.write(`${text}\n`)
  else globalThis.print(text)
  if (line.end || line.error) (isNode ? process.exit : globalThis.quit)(line.error ? 1 : 0)
}

/** Runs a job, then ends the engine, even if a peer has left timers behind. */
export function conclude(main) {
  main().then(
    () => say({ end: true }),
    (error) => say({ error: `${error.message}\n${error.stack}` })
  )
}

function cpuMsOfNode() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * The shell cannot read its own CPU time: the process that started it reads it from the system, while the shell waits.
 */
function cpuMsOfShell() {
  globalThis.print('bench-clock')
  const ns = Number(globalThis.readline())
  return ns ? ns / 1e6 : globalThis.preciseTime() * 1000
}

export const cpuMs = isNode ? cpuMsOfNode : cpuMsOfShell
export const wallMs = isNode ? () => performance.now() : () => globalThis.preciseTime() * 1000
export const collectGarbage = () => globalThis.gc()
export const heapBytes = isNode ? () => process.memoryUsage().heapUsed : () => globalThis.gcHeapSize()
