/**
 * Writes the API reference out of the typings and their doc comments: README.md for what `wafer-client-wasm` exports, and
 * a page under its own name for each further entry, such as testing.md for `wafer-client-wasm/testing`.
 *
 *   node scripts/api.mjs [--out FOLDER]        (default: docs/api)
 */
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Application, PageEvent } from 'typedoc'
import { repository } from './project.mjs'

const PACKAGE = 'wafer-client-wasm'

const { values } = parseArgs({ options: { out: { type: 'string', default: join(repository, 'docs/api') } } })
const out = resolve(values.out)

const application = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: ['js/index.ts', 'pkg-template/testing/index.d.ts', 'pkg-template/extras/*.d.ts'].map((path) =>
    join(repository, path)
  ),
  tsconfig: join(repository, 'scripts/api/tsconfig.json'),
  name: PACKAGE,
  readme: 'none',
  // The types of the core may be old or missing; `make lint` checks them.
  skipErrorChecking: true,
  // Addresses of lines would name a commit.
  disableSources: true,
  sort: ['source-order'],
  kindSortOrder: ['Function', 'Class', 'Variable', 'Interface', 'TypeAlias'],
  groupOrder: ['Functions', 'Variables', 'Interfaces', 'Type Aliases'],
  excludeNotDocumented: false,
  // A type that cannot be reached, or a link that leads nowhere, is a mistake in the typings.
  validation: { notExported: false, invalidLink: true, notDocumented: true },
  treatWarningsAsErrors: true,
  requiredToBeDocumented: ['Function', 'Variable', 'Interface', 'TypeAlias', 'Property', 'Method'],
  outputFileStrategy: 'modules',
  entryFileName: 'README',
  entryModule: PACKAGE,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  interfacePropertiesFormat: 'table',
  parametersFormat: 'table',
  typeDeclarationFormat: 'table',
  logLevel: 'Warn',
  outputs: [{ name: 'markdown', path: out }]
})

const project = await application.convert()
if (!project) throw new Error('the typings could not be read')
for (const module of project.children) {
  module.name = module.name === 'js' ? PACKAGE : module.name.replace(/^pkg-template\//, '')
}
const others = project.children.map(({ name }) => name).filter((name) => name !== PACKAGE)
const index = others.map((name) => `- [${PACKAGE}/${name}](${name}.md)`).join('\n')
// The plugin heads every page with the project's name.
application.renderer.on(PageEvent.END, (page) => {
  const name = page.filename.slice(out.length + 1).replace(/\.md$/, '')
  const title = others.includes(name) ? `# ${PACKAGE}/${name}\n` : `# ${PACKAGE}: API reference\n\n${index}\n`
  page.contents = page.contents.replace(/^# .*\n/, () => title)
})
application.validate(project)
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exitCode = 1
else {
  rmSync(out, { recursive: true, force: true })
  await application.generateOutputs(project)
}
