/**
 * The part of node:test that the shared test files use, for JavaScriptCore's shell: `test(name, options?,
 * fn)`, `describe`, `it`, `t.test`, `t.after`. Tests run one after the other; each prints one line of JSON.
 */
const queue = []
let prefix = ''
let scheduled = false

const print = globalThis.print
const report = (line) => print(`jsc-test ${JSON.stringify(line)}`)

globalThis.setUnhandledRejectionCallback?.((promise, reason) => {
  report({ name: 'unhandled rejection', ok: false, error: describeError(reason) })
})

function describeError(error) {
  return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error)
}

async function run(name, body) {
  const cleanups = []
  const context = {
    name,
    after: (cleanup) => void cleanups.push(cleanup),
    test: (inner, ...rest) => run(`${name} > ${inner}`, rest[rest.length - 1])
  }
  let failure
  try {
    await body(context)
  } catch (error) {
    failure = error
  }
  for (const cleanup of cleanups.reverse()) await cleanup()
  report(failure === undefined ? { name, ok: true } : { name, ok: false, error: describeError(failure) })
}

async function runAll() {
  let count = 0
  for (const [name, body] of queue) {
    await run(name, body)
    count += 1
  }
  report({ finished: count })
}

export function test(name, ...rest) {
  queue.push([prefix + name, rest[rest.length - 1]])
  if (scheduled) return
  scheduled = true
  globalThis.setTimeout(runAll, 0)
}

export function describe(name, ...rest) {
  const outer = prefix
  prefix = `${prefix}${name} > `
  rest[rest.length - 1]()
  prefix = outer
}

export const it = test
export default test
