/**
 * Lets libFuzzer look for inputs that break a promise of the core: `make fuzz [TARGETS='stored places'] [SECONDS=60]`,
 * that long for each target of simulation/src/fuzz. KEEP=1 puts the smallest inputs that together reach every branch
 * into simulation/corpus. What breaks a promise is left in build/fuzz and ends the run.
 *
 * Neither nightly nor cargo-fuzz is needed: counting branches is an option of the stable compiler's code generator, and
 * libFuzzer comes with the crate libfuzzer-sys.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { repository, run } from './project.mjs'

const TARGET_DIRECTORY = join(repository, 'target/fuzz')
const CORPUS = join(repository, 'simulation/corpus')
const BUILD = join(repository, 'build/fuzz')
/** Few enough to be read through, and to be tried in every run of the tests. */
const MOST_KEPT = 24
const LONGEST = 256

const COUNTS_BRANCHES = [
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=4',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Cllvm-args=-sanitizer-coverage-trace-compares',
  '-Cdebug-assertions',
  '-Ccodegen-units=1'
]

const triple = /^host: (.*)$/m.exec(run('rustc', ['-vV']))[1]
run(
  'cargo',
  [
    'build',
    '--release',
    '--package=wafer-simulation',
    '--bin=fuzz',
    '--features=fuzz',
    /* The target is named, so that the flags are for the program and not for what builds it. */
    `--target=${triple}`,
    `--target-dir=${TARGET_DIRECTORY}`
  ],
  { show: true, env: { RUSTFLAGS: undefined, CARGO_ENCODED_RUSTFLAGS: COUNTS_BRANCHES.join('\x1f') } }
)
const program = join(TARGET_DIRECTORY, triple, 'release/fuzz')
const names = /name: "(.*?)"/
const source = readFileSync(join(repository, 'simulation/src/fuzz/mod.rs'), 'utf8')
const all = source
  .split('\n')
  .flatMap((line) => (line.includes('Target { name:') ? [names.exec(line)[1]] : []))
const wanted = (process.env.TARGETS ?? '').split(/\s+/).filter(Boolean)
const seconds = Number(process.env.SECONDS || 60)

for (const name of wanted.length ? wanted : all) {
  const kept = join(CORPUS, name)
  const found = join(BUILD, name)
  const broken = join(BUILD, 'broken', `${name}-`)
  mkdirSync(kept, { recursive: true })
  mkdirSync(found, { recursive: true })
  mkdirSync(join(BUILD, 'broken'), { recursive: true })
  console.log(`== ${name}, ${seconds} s`)
  const options = [
    `-max_len=${LONGEST}`,
    `-artifact_prefix=${broken}`,
    '-print_final_stats=1',
    '-verbosity=0'
  ]
  run(program, [...options, `-max_total_time=${seconds}`, found, kept], { show: true, env: { TARGET: name } })
  if (process.env.KEEP) keep(name, found, kept)
}

/** The inputs that together reach every branch, the smallest first. */
function keep(name, found, kept) {
  const merged = join(BUILD, `${name}-merged`)
  rmSync(merged, { recursive: true, force: true })
  mkdirSync(merged)
  run(program, ['-merge=1', `-max_len=${LONGEST}`, merged, kept, found], {
    show: true,
    env: { TARGET: name }
  })
  const size = (file) => statSync(join(merged, file)).size
  const files = readdirSync(merged).sort((a, b) => size(a) - size(b) || (a < b ? -1 : 1))
  rmSync(kept, { recursive: true })
  mkdirSync(kept)
  /* Where there are more, some stand for the rest: by size, at even distances from the smallest on. */
  const step = Math.max(1, files.length / MOST_KEPT)
  for (let at = 0; at < files.length; at += step) {
    const file = files[Math.floor(at)]
    copyFileSync(join(merged, file), join(kept, file))
  }
}
