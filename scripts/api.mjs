/**
 * Writes the API reference out of the typings and their doc comments:
 *
 *   node scripts/api.mjs [--out FOLDER]        (default: docs/api)
 */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Application } from 'typedoc'
import { repository } from './project.mjs'

const { values } = parseArgs({ options: { out: { type: 'string', default: join(repository, 'docs/api') } } })

const application = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: [join(repository, 'js/index.ts')],
  tsconfig: join(repository, 'tsconfig.json'),
  name: 'wafer-client-wasm: API reference',
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
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  interfacePropertiesFormat: 'table',
  parametersFormat: 'table',
  typeDeclarationFormat: 'table',
  logLevel: 'Warn',
  outputs: [{ name: 'markdown', path: resolve(values.out) }]
})

const project = await application.convert()
if (!project) throw new Error('the typings could not be read')
application.validate(project)
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exitCode = 1
else await application.generateOutputs(project)
