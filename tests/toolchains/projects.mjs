/**
 * The projects of this folder, as their developers would make them: the toolchain's packages from the registry (kept
 * between runs, in .tools/toolchains), the package from its tarball, the sources of this folder.
 *
 *   const project = prepare('taro-4')
 *   project.run(['npx', 'taro', …], { OUTPUT: 'dist/weapp' })
 *   compileOfficially(project.path('dist/weapp'), …)      // WeChat's own "ES6 to ES5" and minification
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PACKAGE_FOLDER, REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const SOURCES = fileURLToPath(new URL('.', import.meta.url))
const KEPT = join(REPOSITORY, '.tools/toolchains')

const NPM = ['--no-audit', '--no-fund', '--loglevel=error']

let tarball
/** The package as the registry would hand it out. */
function packageTarball() {
  if (tarball) return tarball
  mkdirSync(KEPT, { recursive: true })
  const name = execFileSync('npm', ['pack', '--pack-destination', KEPT, ...NPM], {
    cwd: PACKAGE_FOLDER,
    encoding: 'utf8'
  })
  return (tarball = join(KEPT, name.trim()))
}

/** Runs a command; what it said is shown only if it fails. */
function run(command, args, { cwd, env }) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`)
}

/** Installs what the lock file names, unless it is there from an earlier run. */
function installToolchain(folder) {
  const manifests = ['package.json', 'package-lock.json'].map((name) => readFileSync(join(folder, name)))
  const wanted = createHash('sha256').update(Buffer.concat(manifests)).digest('hex')
  const stamp = join(folder, 'node_modules/.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log(`==> installing ${basename(folder)}`)
  // Not `npm ci`, which refuses lock files with optional packages (other systems' binaries) that a registry lacks.
  // The native parts ship prebuilt.
  run('npm', ['install', '--ignore-scripts', ...NPM], { cwd: folder })
  writeFileSync(stamp, wanted)
}

/** As a developer does it, so that npm has a chance to find fault. */
export function installPackage(folder) {
  run('npm', ['install', '--ignore-scripts', '--prefer-offline', packageTarball(), ...NPM], {
    cwd: folder
  })
}

/** `npx wafer-client-wasm doctor`, from where the package is installed; fails where the doctor finds a problem. */
export const examine = (folder, installedIn = folder) =>
  run('npx', ['--no-install', 'wafer-client-wasm', 'doctor', folder], { cwd: installedIn })

/**
 * @param {string} name of the folder that is kept
 * @param {string} [sources] default: the folder of that name beside this file, with the app's session.js
 */
export function prepare(name, sources) {
  const folder = join(KEPT, name)
  mkdirSync(folder, { recursive: true })
  for (const entry of readdirSync(folder)) {
    if (entry !== 'node_modules') rmSync(join(folder, entry), { recursive: true })
  }
  cpSync(sources ?? join(SOURCES, name), folder, { recursive: true })
  if (!sources) cpSync(join(SOURCES, 'app/session.js'), join(folder, 'src/session.js'))
  installToolchain(folder)
  installPackage(folder)
  return {
    path: (inside) => join(folder, inside),
    run: ([command, ...args], env) => run(command, args, { cwd: folder, env })
  }
}

/**
 * What WeChat makes of a built mini-program at upload, with "ES6 to ES5" and minification on.
 *
 * @param {string} folder of project.config.json
 * @param {string} out
 * @param {'miniProgram' | 'miniProgramPlugin'} [type]
 */
export function compileOfficially(folder, out, type = 'miniProgram') {
  rmSync(out, { recursive: true, force: true })
  // A process of its own, in a folder of its own: the compiler keeps workers, says much and leaves folders behind.
  const cwd = mkdtempSync(join(tmpdir(), 'wafer-compile-'))
  try {
    run(process.execPath, [join(SOURCES, 'compile-officially.mjs'), folder, out, type], { cwd })
  } finally {
    rmSync(cwd, { recursive: true })
  }
}
