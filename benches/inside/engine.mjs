/** What differs between Node and JavaScriptCore's shell. */
const isNode = typeof process === 'object' && typeof process.cpuUsage === 'function'

/** Hands a line to whoever started the engine. */
export function say(line) {
  const text = `bench ${JSON.stringify(line)}`
  if (isNode) process.stdout.write(`${text}\n`)
  else globalThis.print(text)
  if (line.end || line.error) (isNode ? process.exit : globalThis.quit)(line.error ? 1 : 0)
}

/** Runs a job and ends the engine: timers that peers leave behind must not keep it. */
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

/** The shell cannot ask for its own CPU time: whoever started it reads it from the system, while the shell waits. */
function cpuMsOfShell() {
  globalThis.print('bench-clock')
  const ns = Number(globalThis.readline())
  return ns ? ns / 1e6 : globalThis.preciseTime() * 1000
}

export const cpuMs = isNode ? cpuMsOfNode : cpuMsOfShell
export const wallMs = isNode ? () => performance.now() : () => globalThis.preciseTime() * 1000
export const collectGarbage = () => globalThis.gc()
export const heapBytes = isNode ? () => process.memoryUsage().heapUsed : () => globalThis.gcHeapSize()
