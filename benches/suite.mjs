/** All measurements, as data: tables.mjs prints them, benches.test.mjs checks them, and artifacts/ keeps them. */
import { scriptOf } from './bundle.mjs'
import { instructionsOf, obstacle } from './callgrind.mjs'
import { engines, runIn } from './engines.mjs'
import { describeMachine } from './machine.mjs'
import { BARE, EARLIER, OURS, PREDECESSOR, SIGNED, canRun, peers } from './stage/peers.mjs'
import { MAIN_WORKLOAD, bursts, steady } from './stage/workloads.mjs'
import { median, pairedRatio, spread } from './statistics.mjs'

const everybody = Object.keys(peers).filter((name) => name !== EARLIER)
const withSession = everybody.filter((name) => peers[name].session)

const FULL = {
  rounds: 15,
  warmUpMs: 300,
  batchMs: 30,
  seeds: 20,
  loads: 15,
  loadPeers: everybody.filter((name) => name !== SIGNED),
  memoryCalls: [1_000, 1_000_000],
  countedPeers: [BARE, SIGNED, OURS, ...withSession.filter((name) => name !== OURS)],
  engines: Object.keys(engines)
}
/** Enough to see that everything runs and that the counts are right. */
const QUICK = {
  ...FULL,
  rounds: 2,
  warmUpMs: 2,
  batchMs: 1,
  seeds: 3,
  loads: 1,
  loadPeers: [OURS, PREDECESSOR],
  memoryCalls: [1_000, 2_000],
  countedPeers: []
}

/** Only peers that read the storage are measured with a workload about that; other workloads have every peer. */
function peersOf(workload, earlier) {
  const shown = (steady[workload].parses ? withSession : everybody).filter((name) =>
    canRun(name, steady[workload])
  )
  return earlier ? [...shown, EARLIER] : shown
}

async function measureCpu(plan, earlier, engine, workload) {
  const job = { ...plan, workload, peers: peersOf(workload, earlier) }
  const said = await runIn(engine, await scriptOf('cpu.mjs', job, { earlier }))
  const timesOf = (name) => said.find((line) => line.name === name)?.us
  const [predecessor, bare] = [PREDECESSOR, BARE].map(timesOf)
  return said.map(({ name, us, calls, native }) => ({
    name,
    us: spread(us),
    ratio: pairedRatio(us, predecessor),
    ...(bare && { bareRatio: pairedRatio(us, bare) }),
    calls,
    native
  }))
}

async function measureBurst(plan, engine, workload) {
  const job = { workload, peers: withSession, rounds: plan.seeds }
  const said = await runIn(engine, await scriptOf('burst.mjs', job))
  return withSession.map((name) => {
    const runs = said.filter((line) => line.name === name)
    const apis = [...new Set(runs.flatMap(({ native }) => Object.keys(native)))]
    const perBurst = (api) => median(runs.map(({ native }) => native[api] ?? 0))
    return {
      name,
      us: spread(runs.map(({ us }) => us)),
      logins: median(runs.map(({ native }) => native.login ?? 0)),
      succeeded: median(runs.map(({ succeeded }) => succeeded)),
      native: Object.fromEntries(apis.map((api) => [api, perBurst(api)]))
    }
  })
}

async function measureAllocations(plan, workload) {
  const job = { workload, peers: peersOf(workload), rounds: plan.rounds }
  const youngGeneration = ['--min-semi-space-size=64', '--max-semi-space-size=64']
  const said = await runIn('v8', await scriptOf('allocations.mjs', job), youngGeneration)
  return Object.fromEntries(said.map(({ name, bytes }) => [name, median(bytes)]))
}

async function measureMemory(plan, engine) {
  const lines = []
  for (const name of [OURS, PREDECESSOR]) {
    const job = { workload: MAIN_WORKLOAD, peers: [name], calls: plan.memoryCalls }
    lines.push(...(await runIn(engine, await scriptOf('memory.mjs', job))))
  }
  return lines
}

async function measureLoad(plan, engine) {
  const samples = []
  for (let round = 0; round < plan.loads; round++) {
    for (const name of plan.loadPeers) {
      const job = { workload: MAIN_WORKLOAD, peers: [name] }
      samples.push(...(await runIn(engine, await scriptOf('load.mjs', job))))
    }
  }
  return plan.loadPeers.map((name) => {
    const own = samples.filter((sample) => sample.name === name)
    const of = (key) => spread(own.map((sample) => sample[key]))
    return {
      name,
      requireMs: of('requireMs'),
      readyMs: of('readyMs'),
      firstMs: of('firstMs'),
      totalMs: of('totalMs')
    }
  })
}

/** The instructions of a call by peer and workload; empty if they cannot be counted. */
async function measureInstructions(plan, earlier, progress) {
  const problem = plan.countedPeers.length > 0 ? obstacle() : 'not wanted'
  const counts = {}
  if (problem) return counts
  const names = earlier ? [...plan.countedPeers, EARLIER] : plan.countedPeers
  const workloads = Object.keys(steady).filter((workload) => !steady[workload].aside)
  for (const name of names) {
    progress(`instructions: ${name}`)
    counts[name] = await instructionsOf(name, workloads, { earlier })
  }
  return counts
}

const isWanted = (workload, rows) => rows.some((text) => workload.includes(text))

/** Measures the times of some rows, and nothing else. */
export async function runRows(rows, { quick = false, earlier, engines: wanted, progress = () => {} } = {}) {
  const plan = { ...(quick ? QUICK : FULL), ...(wanted && { engines: wanted }) }
  const result = { cpu: {}, allocations: {} }
  for (const engine of plan.engines) {
    result.cpu[engine] = {}
    for (const workload of Object.keys(steady).filter((name) => isWanted(name, rows))) {
      progress(`${engines[engine].title}: ${workload}`)
      result.cpu[engine][workload] = await measureCpu(plan, earlier, engine, workload)
      result.allocations[workload] = {}
    }
  }
  return result
}

/**
 * @param {{ quick?: boolean, earlier?: string, engines?: string[], progress?: (step: string) => void }} options
 *   `earlier`: folder of another build of this package, shown beside this one
 */
export async function runSuite({ quick = false, earlier, engines: wanted, progress = () => {} } = {}) {
  const plan = { ...(quick ? QUICK : FULL), ...(wanted && { engines: wanted }) }
  const result = {
    machine: describeMachine(),
    quick,
    cpu: {},
    instructions: await measureInstructions(plan, earlier, progress),
    bursts: {},
    allocations: {},
    memory: {},
    load: {}
  }
  for (const engine of plan.engines) {
    const { title } = engines[engine]
    result.cpu[engine] = {}
    for (const workload of Object.keys(steady)) {
      progress(`${title}: ${workload}`)
      result.cpu[engine][workload] = await measureCpu(plan, earlier, engine, workload)
    }
    result.bursts[engine] = {}
    for (const burst of Object.keys(bursts)) {
      progress(`${title}: ${burst}`)
      result.bursts[engine][burst] = await measureBurst(plan, engine, burst)
    }
    progress(`${title}: load`)
    result.load[engine] = await measureLoad(plan, engine)
    if (engine === 'jsc-nojit') continue
    progress(`${title}: memory`)
    result.memory[engine] = await measureMemory(plan, engine)
  }
  for (const workload of Object.keys(steady)) {
    progress(`allocations: ${workload}`)
    result.allocations[workload] = await measureAllocations(plan, workload)
  }
  return result
}
