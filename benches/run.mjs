/**
 * Measures this package beside the SDKs that people use today, prints the tables and keeps them in artifacts/.
 *
 *   node benches/run.mjs [--quick] [--engine v8 …] [--earlier FOLDER] [--row TEXT …] [--no-core]
 *
 * `--quick` runs everything once and briefly; `--earlier` adds another build of the package, to see the effect of a
 * change; `--row` prints only the times of the rows that contain the text; `--no-core` leaves out the Rust core's own
 * benchmarks.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { REPOSITORY } from '../fake-wx/run/package-files.mjs'
import { runRows, runSuite } from './suite.mjs'
import { markdownOf, rowsMarkdown } from './tables.mjs'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    engine: { type: 'string', multiple: true },
    earlier: { type: 'string' },
    row: { type: 'string', multiple: true },
    'no-core': { type: 'boolean', default: false }
  }
})

const options = {
  quick: values.quick,
  engines: values.engine,
  earlier: values.earlier,
  progress: (step) => process.stderr.write(`==> ${step}\n`)
}

if (values.row) process.stdout.write(`\n${rowsMarkdown(await runRows(values.row, options))}`)
else await runEverything()

async function runEverything() {
  const result = await runSuite(options)
  const text = markdownOf(result)
  const artifacts = join(REPOSITORY, 'artifacts')
  mkdirSync(artifacts, { recursive: true })
  writeFileSync(join(artifacts, 'bench.md'), text)
  writeFileSync(join(artifacts, 'bench.json'), `${JSON.stringify(result, null, 2)}\n`)
  process.stdout.write(`\n${text}`)

  if (!values.quick && !values['no-core']) {
    const { status } = spawnSync('cargo', ['bench', '--package', 'wafer-client-wasm', '--bench', 'core'], {
      cwd: REPOSITORY,
      stdio: 'inherit'
    })
    process.exitCode = status ?? 1
  }
}
