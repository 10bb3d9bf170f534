/**
 * Where things are, and how a step runs a tool.
 *
 * Every build script takes `--project DIR` (default: this repository), so that the pipeline itself can be
 * tried on another crate with the same layout.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

export const repository = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * `--plain` builds without what scripts/shrink has, which is there for bytes only.
 *
 * @param {Record<string, string>} [defaults] further options of the script, with their defaults
 * @returns {Record<string, string> & { plain: boolean }} absolute paths: `project`, `core`, `pkg` and the script's own
 *   options; and whether to build plainly
 */
export function pathsFromArguments(defaults = {}) {
  const options = { project: repository, core: 'build/core', pkg: 'pkg', ...defaults }
  const { values } = parseArgs({
    options: {
      plain: { type: 'boolean', default: false },
      ...Object.fromEntries(
        Object.entries(options).map(([name, value]) => [name, { type: 'string', default: value }])
      )
    }
  })
  const { plain, ...given } = values
  const project = resolve(String(given.project))
  const paths = Object.entries(given).map(([name, value]) => [name, resolve(project, String(value))])
  return { ...Object.fromEntries(paths), plain }
}

const programSuffix = process.platform === 'win32' ? '.exe' : ''

/**
 * The session server with a simulated WeChat that `make server` builds, in the profile in which `cargo test` builds it
 * as well; WAFER_SESSION_SERVER names another one.
 */
export const sessionServer =
  process.env.WAFER_SESSION_SERVER ??
  join(process.env.CARGO_TARGET_DIR ?? join(repository, 'target'), `debug/wafer-simulator${programSuffix}`)

/** A command-line tool of Binaryen, from npm. */
export function binaryenTool(name) {
  return join(repository, 'node_modules/binaryen/bin', name)
}

/**
 * Runs a command and returns what it printed; a failing command ends the build with its own message.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, show?: boolean }} [options]
 *   `show` lets the command write to the terminal, for steps that take long
 */
export function run(command, args, { cwd = repository, env, show = false } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe']
  })
  if (result.error) throw result.error
  if (result.status !== 0) {
    const output = show ? '' : `\n${result.stderr}${result.stdout}`
    throw new Error(`${command} ${args.join(' ')} ended with ${result.status ?? result.signal}${output}`)
  }
  return result.stdout ?? ''
}

/** The version that Cargo.toml gives the crate: the package has the same. */
export function crateVersion(project) {
  const manifest = join(project, 'Cargo.toml')
  const metadata = run('cargo', [
    'metadata',
    '--no-deps',
    '--offline',
    '--format-version=1',
    `--manifest-path=${manifest}`
  ])
  const found = JSON.parse(metadata).packages.find((entry) => resolve(entry.manifest_path) === manifest)
  if (!found) throw new Error(`${manifest} describes no package`)
  return found.version
}

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))
