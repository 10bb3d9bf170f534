/**
 * What a warm call may cost in instructions: ceilings.json. Beside each ceiling stands what wafer-client-sdk cost when
 * it was set; its code does not change, so that another version of JavaScriptCore moves both alike.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const FILE = new URL('ceilings.json', import.meta.url)

/** Above what was measured: layout and the collector's turns move counts a little when something else changes. */
const HEADROOM = 1.01
const STEP = 100

/** @returns {Record<string, { ceiling: number, predecessor: number }>} by workload */
export const readCeilings = () => JSON.parse(readFileSync(FILE, 'utf8'))

/** Sets every ceiling to what is measured now. */
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

/** The ceiling under the engine of this run, where wafer-client-sdk costs what it costs now. */
export const ceilingNow = ({ ceiling, predecessor }, predecessorNow) =>
  Math.round((ceiling * predecessorNow) / predecessor)
