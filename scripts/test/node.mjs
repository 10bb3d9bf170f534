/** Tests of JavaScript, by Node's own runner: a line for each file. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import { run } from 'node:test'
import { spec as Spec } from 'node:test/reporters'
import { inspect } from 'node:util'
import { repository } from '../project.mjs'
import { Outcome } from './report.mjs'

/** As many files at a time as Node's own command line runs, but two at least: many wait for a browser or a server. */
const AT_ONCE = Math.max(2, availableParallelism() - 1)

/** What a failed test said, whole. */
const explain = ({ cause, ...error }) =>
  inspect(cause instanceof Error ? cause : (cause ?? error), {
    depth: 10,
    maxStringLength: null,
    maxArrayLength: null
  })

/** What became of a file's tests, by the runner's events. */
class FileEvents {
  constructor(path) {
    this.path = path
    this.outcome = new Outcome()
    this.output = ''
    this.names = []
  }

  take({ type, data }) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      this.output += data.message
    } else if (type === 'test:start') {
      this.names.length = data.nesting
      this.names[data.nesting] = data.name
    } else if (type === 'test:pass' || type === 'test:fail') {
      this.settle(type === 'test:pass', data)
    }
  }

  settle(hasPassed, { name, nesting, details, skip, todo }) {
    const { outcome } = this
    // What failed in a group is told by itself.
    if (!hasPassed && details.error?.failureType === 'subtestsFailed') return
    const isFile = resolve(repository, name) === this.path
    const title = [...this.names.slice(0, nesting), name].join(' › ')
    const reason = (word) => (typeof word === 'string' && word ? `: ${word}` : '')
    if (skip !== undefined && skip !== false) outcome.skipped.push(title + reason(skip))
    else if (todo !== undefined && todo !== false) outcome.todo.push(title + reason(todo))
    else if (!hasPassed) outcome.fail(isFile ? 'the file itself' : title, explain(details.error))
    else if (!isFile && details.type !== 'suite') outcome.passed++
  }

  end() {
    const { outcome, output } = this
    if (!outcome.count) outcome.fail('there is no test in it')
    if (outcome.failed.length && output.trim()) outcome.said.push(`it printed:\n${output}`)
    return outcome
  }
}

async function runFile(report, file) {
  const began = performance.now()
  const path = resolve(repository, file)
  const events = new FileEvents(path)
  const stream = run({ files: [path], setup: (tests) => tests.on('data', (event) => events.take(event)) })
  let log = ''
  for await (const text of stream.compose(new Spec())) log += text
  report.log.write(`${file}\n${log}\n`)
  report.part(file, events.end(), performance.now() - began)
}

export async function runNodeTests(report, files) {
  const left = [...files]
  const runOn = async () => {
    for (let file = left.shift(); file; file = left.shift()) await runFile(report, file)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, runOn))
}
