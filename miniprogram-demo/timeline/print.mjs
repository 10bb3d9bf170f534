/** Timeline, costs, records and checks of a step as lines of text, none of them wider than a terminal's 80 columns. */
import { counted, rowsOf } from './rows.mjs'
import { COLUMNS, padEnd, padStart, widthOf, wrap } from './width.mjs'

const INDENT = '   '
const TIME_WIDTH = 7
const TEXT_WIDTH = 38
const FACT_WIDTH = 9
const NATIVE_WIDTH = COLUMNS - INDENT.length - TIME_WIDTH - TEXT_WIDTH - 4

const milliseconds = (ms) => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0))
const times = (count) => (count > 1 ? ` ×${count}` : '')

export class Printer {
  #write
  #paint
  #words

  /** @param {(line: string) => void} write @param {{ colours: boolean, words: object }} options */
  constructor(write, { colours, words }) {
    const style = (code) => (text) => (colours && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text)
    this.#write = write
    this.#words = words
    this.#paint = { bold: style(1), dim: style(2), red: style(31), green: style(32), cyan: style(36) }
  }

  line(text = '') {
    this.#write(text.trimEnd())
  }

  title(number, { title, code, comment }) {
    const { bold, cyan, dim } = this.#paint
    this.line()
    this.line(bold(`${number}  ${title}`))
    for (const line of code) this.line(`${INDENT}${cyan(line)}`)
    if (comment) this.line(`${INDENT}${dim(`// ${comment}`)}`)
  }

  /** What was seen in a step. */
  seen({ moments, nativeCalls, elapsedMs, records }, answer) {
    const words = this.#words
    for (const row of rowsOf(moments)) this.#row(row)
    this.#fact(words.cost, words.costs(nativeCalls.length, milliseconds(elapsedMs)))
    const { logins, sessionRequests } = records
    const { ok: served, refused } = sessionRequests
    this.#fact(words.server, words.records({ logins: logins.attempted, served, refused }))
    this.#fact(words.answer, answer)
  }

  /** @param {{ text: string, seen: unknown, expected: unknown, holds: boolean }} claim */
  claim({ text, seen, expected, holds }) {
    if (holds) this.#wrapped(`✔ ${text}`, this.#paint.green)
    else {
      const values = [expected, seen].map((value) => JSON.stringify(value))
      this.#wrapped(`✘ ${this.#words.notKept(text, ...values)}`, this.#paint.red)
    }
  }

  failure(error) {
    this.#wrapped(`✘ ${this.#words.failed(error?.type ?? error?.message ?? String(error))}`, this.#paint.red)
  }

  verdict(text, passed) {
    this.line()
    for (const line of wrap(`${passed ? '✔' : '✘'} ${text}`, COLUMNS)) {
      this.line(this.#paint[passed ? 'green' : 'red'](line))
    }
  }

  /** A table: its title, the heads of its columns, and rows of cells whose first one says what the row is about. */
  table(title, heads, rows) {
    const { bold, dim } = this.#paint
    const lines = [['', ...heads], ...rows]
    const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => widthOf(cells[column]))))
    const space = COLUMNS - INDENT.length - widths.reduce((sum, width) => sum + width)
    const gap = ' '.repeat(Math.min(4, Math.floor(space / (widths.length - 1))))
    this.line()
    this.line(bold(title))
    for (const [index, cells] of lines.entries()) {
      const [label, ...others] = cells.map((cell, column) =>
        (column ? padStart : padEnd)(cell, widths[column])
      )
      const values = others.map((cell, column) =>
        index === 0 ? dim(cell) : column === 0 ? bold(cell) : cell
      )
      this.line(INDENT + [dim(label), ...values].join(gap))
    }
  }

  /** Time, what happened how often, and the native calls behind it, which may take lines of their own. */
  #row({ kind, atMs, error, calls, nativeCalls }) {
    const { dim, cyan } = this.#paint
    const text = `${this.#words.events[kind] ?? kind}${error ? `: ${error}` : ''}${times(calls.size)}`
    const native = counted(nativeCalls).flatMap(([call, count]) => wrap(call + times(count), NATIVE_WIDTH))
    const texts = wrap(text, TEXT_WIDTH)
    for (let index = 0; index < Math.max(texts.length, native.length); index++) {
      const time = index === 0 ? `${milliseconds(atMs)} ms` : ''
      const columns = [
        dim(padStart(time, TIME_WIDTH + 2)),
        padEnd(texts[index] ?? '', TEXT_WIDTH),
        cyan(native[index] ?? '')
      ]
      this.line(INDENT.slice(2) + columns.join('  '))
    }
  }

  #fact(name, text) {
    const { dim } = this.#paint
    const lines = wrap(text, COLUMNS - INDENT.length - FACT_WIDTH)
    for (const [index, line] of lines.entries()) {
      this.line(`${INDENT}${dim(padEnd(index === 0 ? name : '', FACT_WIDTH))}${line}`)
    }
  }

  #wrapped(text, paint) {
    for (const line of wrap(text, COLUMNS - INDENT.length - 2)) {
      this.line(`${INDENT}${line.startsWith('✔') || line.startsWith('✘') ? '' : '  '}${paint(line)}`)
    }
  }
}
