/**
 * The most instructions that a warm call may take: ceilings.json. Beside each ceiling stands what wafer-client-sdk took
 * when the ceiling was set. Its code does not change, so a new version of JavaScriptCore changes both in the same
 * proportion.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const FILE = new URL('ceilings.json', import.meta.url)

/**
 * The ceiling is this much above the measured count, which changes a little with the layout and the turns of the
 * collector.
 */
const HEADROOM = 1.01
const STEP = 100

/** @returns {Record<string, { ceiling: number, predecessor: number }>} by workload */
export const readCeilings = () => JSON.parse(readFileSync(FILE, 'utf8'))

/** Sets every ceiling by what is measured now. */
export function setCeilings(own, predecessor) {
  const ceilings = Object.entries(own).map(([workload, instructions]) => [
    workload,
    {
      ceiling: Math.ceil((instructions * HEADROOM) / STEP) * STEP,
      predecessor: Math.round(predecessor[workload])
    }
  ])
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(ceilings), null, 2)}\n`)
}

/** The ceiling for the engine of this run, scaled by what wafer-client-sdk takes in it. */
export const ceilingNow = ({ ceiling, predecessor }, predecessorNow) =>
  Math.round((ceiling * predecessorNow) / predecessor)
