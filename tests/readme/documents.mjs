/** The READMEs, taken apart. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

export const DOCUMENTS = ['README.md', 'README.zh-CN.md', 'pkg-template/README.md']

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

/** The headings, as the id that GitHub gives each. */
export const anchorsOf = (text) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
  )

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
