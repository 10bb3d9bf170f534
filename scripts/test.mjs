/**
 * `make test`: every test there is, a line a suite and whole what failed. `make test ONLY='jsc tests/lifecycle'` runs
 * the suites and files whose names contain one of these words. build/test keeps all that was said.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { performance } from 'node:perf_hooks'
import { repository } from './project.mjs'
import { isMade } from './sources.mjs'
import { programFilter, runCargoTests } from './test/cargo.mjs'
import { runCommand } from './test/command.mjs'
import { runNodeTests } from './test/node.mjs'
import { Report } from './test/report.mjs'
import { wanted } from './test/wanted.mjs'

const LOGS = join(repository, 'build/test')
const words = (process.env.ONLY ?? '').split(/\s+/).filter(Boolean)

const isNamed = (name) => wanted(words, name)
const make = (target) => ['make', ['--no-print-directory', target]]

/** Examples have runners of their own. */
const isPassedOver = (name) => isMade(name) || name === 'examples'

/** Every test file below a folder. */
function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return isPassedOver(entry.name) ? [] : testFiles(path)
    return entry.name.endsWith('.test.mjs') ? [relative(repository, path)] : []
  })
}

const isJavaScriptNamed = isNamed('JavaScript')
const files = testFiles(repository)
  .filter((file) => isJavaScriptNamed || isNamed(file))
  .sort()
const isRustNamed = isNamed('Rust, native')
const programs = isRustNamed ? [] : programFilter(words)

/** What JavaScript tests use: where one of these cannot be built, they cannot run. */
const BUILDS = ['package', 'demo page', 'session server']

const SUITES = [
  { name: 'lint', isWanted: isNamed('lint'), run: (report) => runCommand(report, ...make('lint')) },
  {
    name: 'Rust, native',
    isWanted: isRustNamed || programs.length > 0,
    run: (report) =>
      runCargoTests(report, 'cargo', [
        'test',
        '--no-fail-fast',
        ...(programs.length ? programs : ['--workspace'])
      ])
  },
  {
    name: 'Rust, in Chromium',
    isWanted: isNamed('Rust, in Chromium'),
    run: (report) =>
      runCargoTests(
        report,
        'bash',
        [
          '-c',
          'exec wasm-pack test --mode no-install --headless --chrome --chromedriver "$(command -v chromedriver)"'
        ],
        // A busy machine takes its time to start a browser; a test that hangs ends the run all the same.
        { WASM_BINDGEN_TEST_TIMEOUT: '300' }
      )
  },
  {
    name: 'package',
    isWanted: files.length > 0 || isNamed('package'),
    run: (report) => runCommand(report, ...make('pkg'))
  },
  {
    name: 'demo page',
    isWanted: files.length > 0 || isNamed('demo page'),
    run: (report) => runCommand(report, ...make('page'))
  },
  {
    name: 'session server',
    isWanted: files.length > 0 || isNamed('session server'),
    run: (report) => runCommand(report, ...make('server'))
  },
  { name: 'JavaScript', isWanted: files.length > 0, run: (report) => runNodeTests(report, files) }
]

async function main() {
  const suites = SUITES.filter(({ isWanted }) => isWanted)
  if (!suites.length) {
    const names = SUITES.map(({ name }) => name).join(', ')
    console.error(
      `make test: nothing is named "${words.join(' ')}". Suites: ${names}; or a part of a file's path`
    )
    return 1
  }
  rmSync(LOGS, { recursive: true, force: true })
  mkdirSync(LOGS, { recursive: true })
  const began = performance.now()
  const report = new Report({ folder: LOGS })
  for (const { name, run } of suites) {
    if (name === 'JavaScript' && report.failedSuites.some((failed) => BUILDS.includes(failed))) {
      report.leaveOut(name, 'what it tests could not be built')
    } else {
      await report.suite(name, run)
    }
  }
  return report.end(performance.now() - began) ? 0 : 1
}

process.exitCode = await main()
