/**
 * Writes into docs/extras.md, in both languages, what each extra of the built package weighs; tests/extras holds the
 * tables current. `node scripts/extras-weights.mjs`
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { repository } from './project.mjs'

/** A folder is a component, a file with typings an extra; the others are parts of those. */
const SOURCES = readdirSync(join(repository, 'pkg-template/extras'))
const EXTRAS = SOURCES.filter(
  (name) => !name.includes('.') || SOURCES.includes(name.replace(/\.js$/, '.d.ts'))
)
  .filter((name) => !name.endsWith('.d.ts'))
  .map((name) => name.replace(/\.js$/, ''))
const HEADS = {
  'docs/extras.md': [
    'extra',
    'files',
    'bytes',
    'brotli',
    'with `task.js`, `equal.js` and `owner.js` that it loads'
  ],
  'docs/extras.zh-CN.md': ['名称', '文件', '字节', 'brotli', '连同它加载的 `task.js`、`equal.js`、`owner.js`']
}
export const DOCUMENTS = Object.keys(HEADS)

const folder = (pkg) => join(pkg, 'miniprogram_dist/extras')

/** The files that make up an extra itself, as paths under extras/. */
function filesOf(name, pkg) {
  if (name !== 'timeline') return [`${name}.js`]
  return readdirSync(join(folder(pkg), name)).map((file) => `${name}/${file}`)
}

/** The files of extras/ that come with these, by what they require. */
function withRequired(files, pkg) {
  const all = new Set(files)
  for (const file of all) {
    const source = readFileSync(join(folder(pkg), file), 'utf8')
    for (const [, path] of source.matchAll(/require\("([^"]+)"\)/g)) {
      const required = posix.join(posix.dirname(file), path)
      if (!required.startsWith('..')) all.add(required)
    }
  }
  return [...all]
}

const row = (cells) => `| ${cells.join(' | ')} |`
const number = (value) => value.toLocaleString('en')

/** The table for a document. */
export function weightsOf(document, pkg) {
  const read = (file) => readFileSync(join(folder(pkg), file))
  const sum = (files) => files.reduce((bytes, file) => bytes + read(file).length, 0)
  const rows = EXTRAS.map((name) => {
    const files = filesOf(name, pkg)
    const brotli = files.reduce((bytes, file) => bytes + brotliCompressSync(read(file)).length, 0)
    const whole = number(sum(withRequired(files, pkg)))
    return row([`\`${name}\``, files.length, number(sum(files)), number(brotli), whole])
  })
  const everything = withRequired(
    EXTRAS.flatMap((name) => filesOf(name, pkg)),
    pkg
  )
  const total = row(['Σ', everything.length, number(sum(everything)), '', ''])
  return [row(HEADS[document]), row(['---', '---:', '---:', '---:', '---:']), ...rows, total].join('\n')
}

const BLOCK = /(<!-- extras:weights -->\n)[^]*?(<!-- \/extras:weights -->)/

/** The document with its table as it is to be. */
export function withWeights(document, pkg) {
  const text = readFileSync(join(repository, document), 'utf8')
  return text.replace(BLOCK, (_, begin, end) => `${begin}\n${weightsOf(document, pkg)}\n\n${end}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const document of DOCUMENTS) {
    writeFileSync(join(repository, document), withWeights(document, join(repository, 'pkg')))
  }
}
