/** The documents, taken apart. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

export const DOCUMENTS = ['README.md', 'README.zh-CN.md', 'pkg-template/README.md']

/** Guides whose examples run as those of the READMEs do, in both languages. */
export const GUIDES = [
  'docs/profile.md',
  'docs/profile.zh-CN.md',
  'docs/migration.md',
  'docs/migration.zh-CN.md'
]

const PASSED_OVER = /^(\.(?!github$).*|node_modules|miniprogram_npm|artifacts|build|pkg|target)$/

/** The paths of all documents of the repository. */
export function everyDocument(folder = '') {
  return readdirSync(join(REPOSITORY, folder), { withFileTypes: true })
    .filter(({ name }) => !PASSED_OVER.test(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return everyDocument(path)
      return entry.name.endsWith('.md') ? [path] : []
    })
}

export const textOf = (document) => readFileSync(join(REPOSITORY, document), 'utf8')

/** The fenced blocks of a language, as `{ source, line }`. */
export function blocksOf(text, language) {
  const blocks = []
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm')
  for (const { 1: source, index } of text.matchAll(fence)) {
    blocks.push({ source, line: text.slice(0, index).split('\n').length })
  }
  return blocks
}

/** The ids to which links may lead: those that GitHub gives to headings, and those that stand in the text. */
export function anchorsOf(text) {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/<[^>]+>/g, '')
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
  )
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)]
}

/** The rows of the table under a heading, without its head, as cells. */
export function tableUnder(text, heading) {
  const [, section] = new RegExp(`^## ${heading}\\n([^]*?)(?=^## |$(?![^]))`, 'm').exec(text) ?? []
  if (section === undefined) throw new Error(`there is no section "${heading}"`)
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  )
}
