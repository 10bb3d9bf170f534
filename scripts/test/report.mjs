/**
 * What `make test` prints: a line for each suite's part, failures whole below their line, and at the end the counts and
 * everything that was skipped, is to do, or failed, by name.
 */
import { createWriteStream } from 'node:fs'
import { join, relative } from 'node:path'
import { performance } from 'node:perf_hooks'
import { repository } from '../project.mjs'

const WIDTH = 56

const indented = (text) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`.trimEnd())
    .join('\n')

export function duration(ms) {
  const seconds = ms / 1000
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

const counted = (count, noun) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`

/** What became of a part: tests that passed by number, the others by name, and what to print of the failed. */
export class Outcome {
  constructor() {
    this.passed = 0
    this.skipped = []
    this.todo = []
    this.failed = []
    this.said = []
  }

  get count() {
    return this.passed + this.skipped.length + this.todo.length + this.failed.length
  }

  fail(name, text) {
    this.failed.push(name)
    if (text) this.said.push(`${name}\n${text}`)
  }
}

export class Report {
  /** @param {{ folder: string, print?: (line: string) => void }} options `folder` takes the logs */
  constructor({ folder, print = (line) => process.stdout.write(`${line}\n`) }) {
    this.folder = folder
    this.print = print
    this.failedSuites = []
    this.total = new Outcome()
  }

  /** Runs a suite: `run` tells this report of each part that ended, by `part`. */
  async suite(name, run) {
    const file = `${name.replace(/\W+/g, '-')}.log`
    this.log = createWriteStream(join(this.folder, file))
    this.current = name
    const failedBefore = this.total.failed.length
    const began = performance.now()
    this.print(name)
    await run(this)
    await new Promise((resolve) => this.log.end(resolve))
    const hasFailed = this.total.failed.length > failedBefore
    if (hasFailed) this.failedSuites.push(name)
    const where = hasFailed ? `; all of it: ${relative(repository, join(this.folder, file))}` : ''
    this.print(`${hasFailed ? '✖' : '✔'} ${name}, ${duration(performance.now() - began)}${where}\n`)
  }

  /** A part ended: one program or file of the suite. */
  part(name, outcome, ms) {
    const { total } = this
    const remarks = [
      [outcome.skipped, 'skipped'],
      [outcome.todo, 'to do'],
      [outcome.failed, 'FAILED']
    ]
      .filter(([names]) => names.length)
      .map(([names, word]) => `, ${names.length} ${word}`)
    const tests = outcome.count ? counted(outcome.count, 'test') : ''
    const line = `  ${outcome.failed.length ? '✖' : '✔'} ${name.padEnd(WIDTH)} ${tests.padStart(12)} ${duration(ms).padStart(9)}`
    this.print(line + remarks.join(''))
    for (const text of outcome.said) this.print(`\n${indented(text)}\n`)
    total.passed += outcome.passed
    for (const kind of ['skipped', 'todo', 'failed']) {
      total[kind].push(...outcome[kind].map((test) => `${name}: ${test}`))
    }
  }

  leaveOut(name, why) {
    this.failedSuites.push(name)
    this.print(`✖ ${name}: not run, ${why}\n`)
  }

  /** Prints what there was; answers whether everything passed. */
  end(ms) {
    const { failed, passed, skipped, todo, count } = this.total
    for (const [names, title] of [
      [skipped, 'Skipped'],
      [todo, 'To do'],
      [failed, 'Failed']
    ]) {
      if (names.length) this.print([`${title}:`, ...names.map((name) => `  ${name}`)].join('\n'))
    }
    const counts = [
      `${passed.toLocaleString('en')} passed`,
      failed.length && `${failed.length} FAILED`,
      skipped.length && `${skipped.length} skipped`,
      todo.length && `${todo.length} to do`
    ]
    const logs = relative(repository, this.folder)
    this.print(
      `make test: ${counted(count, 'test')}, ${counts.filter(Boolean).join(', ')}, ${duration(ms)}; what each said: ${logs}/`
    )
    if (this.failedSuites.length) this.print(`make test: FAILED in ${this.failedSuites.join(', ')}`)
    return !this.failedSuites.length
  }
}
