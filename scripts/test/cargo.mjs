/** Tests of Rust, by cargo or wasm-pack: a line for each test program. */
import { execFileSync } from 'node:child_process'
import { relative } from 'node:path'
import { performance } from 'node:perf_hooks'
import { repository } from '../project.mjs'
import { runLines } from './command.mjs'
import { Outcome } from './report.mjs'
import { wanted } from './wanted.mjs'

/** The targets of the workspace that cargo tests: their package, kind, name and file. */
function targets() {
  const metadata = execFileSync('cargo', ['metadata', '--no-deps', '--offline', '--format-version=1'], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 1 << 28
  })
  return JSON.parse(metadata).packages.flatMap((crate) =>
    crate.targets
      .filter(({ test }) => test)
      .map(({ name, kind: [kind], src_path: path }) => ({
        crate: crate.name,
        kind,
        name,
        path: relative(repository, path)
      }))
  )
}

/** cargo's arguments for the test programs whose file's path holds one of the words. */
export function programFilter(words) {
  const found = targets().filter(({ path }) => wanted(words, path))
  const crates = [...new Set(found.map(({ crate }) => crate))]
  // Several crates may have a library or programs of one name: cargo takes `--lib` only once.
  const options = new Set(
    found.map(({ kind, name }) =>
      kind === 'test' || kind === 'bin' || kind === 'example' ? `--${kind}=${name}` : '--lib'
    )
  )
  return found.length ? [...crates.map((crate) => `--package=${crate}`), ...options] : []
}

/** The file that a line such as `Running tests/tunnel/main.rs (target/debug/deps/tunnel-0f…)` is about. */
function sourceOf(known, file, program) {
  const name = /([^/\\]+)-[\da-f]+(?:\.\w+)?$/.exec(program)?.[1]
  const target = known.find(
    (target) => target.name.replaceAll('-', '_') === name && target.path.endsWith(file)
  )
  return target ? target.path : file
}

/** Takes cargo's lines, and tells the report of each program that ended. */
export class CargoLines {
  constructor(report, known) {
    this.report = report
    this.known = known
    this.start('build')
  }

  start(name) {
    this.name = name
    this.began = performance.now()
    this.outcome = new Outcome()
    this.lines = []
    this.hasEnded = false
  }

  take(line) {
    const running = /^\s+Running (?:unittests )?(\S+) \((\S+)\)/.exec(line)
    const documented = /^\s+Doc-tests (\S+)/.exec(line)
    if (running || documented) {
      this.end()
      return this.start(
        running ? sourceOf(this.known, running[1], running[2]) : `documentation of ${documented[1]}`
      )
    }
    const [, test, result] = /^test (.+?) \.\.\. (ok|FAILED|FAIL|ignored.*)$/.exec(line) ?? []
    if (result === undefined) this.lines.push(line)
    else if (result === 'ok') this.outcome.passed++
    else if (result.startsWith('ignored')) this.outcome.skipped.push(test + result.slice('ignored'.length))
    else this.outcome.fail(test)
    const [, counts] = /^test result: (.*)$/.exec(line) ?? []
    if (counts) this.sum(counts)
  }

  /** The program's own count is taken: the output of a test may have torn apart a line that was counted here. */
  sum(counts) {
    const number = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(counts)?.[1] ?? 0)
    this.hasEnded = true
    this.outcome.passed = number('passed')
    while (this.outcome.failed.length < number('failed'))
      this.outcome.fail('a test whose name was not printed whole')
    while (this.outcome.skipped.length < number('ignored'))
      this.outcome.skipped.push('a test that was ignored')
  }

  /** The program ended. If it had begun to test and did not print its count, it has crashed. */
  end() {
    const { outcome } = this
    const hasBegun = this.lines.some((line) => /^running \d+ tests?/.test(line))
    if (hasBegun && !this.hasEnded) outcome.fail('ended before its tests did')
    if (outcome.failed.length) outcome.said.push(this.lines.join('\n').trim())
    if (outcome.count) this.report.part(this.name, outcome, performance.now() - this.began)
  }
}

export async function runCargoTests(report, command, args, env) {
  const lines = new CargoLines(report, targets())
  const failedBefore = report.total.failed.length
  const ended = await runLines(report, command, args, (line) => lines.take(line), env)
  lines.end()
  if (ended === 0 || report.total.failed.length > failedBefore) return
  // No test failed, but the command that was to run them: shown is all that it said since the last test program.
  const outcome = new Outcome()
  outcome.fail(`ended with ${ended}`, lines.lines.join('\n').trim())
  report.part(command === 'cargo' ? 'cargo test' : 'wasm-pack test', outcome, performance.now() - lines.began)
}
