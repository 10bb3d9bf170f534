/**
 * Checks that the benchmarks run in every engine, and that the counts are those that the tables claim. Times are left
 * to `make bench`: nothing here depends on how fast a machine is.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { DOCUMENTS, blocksOf, replaceBlock } from '../scripts/readme-tables.mjs'
import { REPOSITORY } from '../fake-wx/run/package-files.mjs'
import { engines } from './engines.mjs'
import { OURS, PREDECESSOR } from './stage/peers.mjs'
import { MAIN_WORKLOAD } from './stage/workloads.mjs'
import { runSuite } from './suite.mjs'
import { markdownOf } from './tables.mjs'

const wanted = process.env.WAFER_SKIP_JSC === '1' ? ['v8'] : Object.keys(engines)

test('the benchmarks count native calls, logins and successes alike in every engine', async (t) => {
  const result = await runSuite({ quick: true, engines: wanted })
  const of = (lines, name) => lines.find((line) => line.name === name)

  for (const engine of wanted) {
    await t.test(`${engine}: a warm call of this package is one native call, whatever it carries`, () => {
      for (const [workload, lines] of Object.entries(result.cpu[engine])) {
        const { native, calls } = of(lines, OURS)
        assert.deepEqual(native, workload.startsWith('upload') ? { uploadFile: 1 } : { request: 1 }, workload)
        assert.ok(calls > 0)
      }
    })

    await t.test(`${engine}: a warm request of wafer-client-sdk is four, of wafer2-client-sdk five`, () => {
      const lines = result.cpu[engine][MAIN_WORKLOAD]
      assert.deepEqual(of(lines, PREDECESSOR).native, { getStorageSync: 2, checkSession: 1, request: 1 })
      const { login, request, setStorageSync, getStorageSync } = of(lines, 'wafer2-client-sdk').native
      assert.deepEqual([login, request, setStorageSync, getStorageSync], [1, 2, 1, 1])
    })

    await t.test(`${engine}: every peer and workload is measured`, () => {
      for (const [workload, lines] of Object.entries(result.cpu[engine])) {
        for (const { name, us } of lines) assert.ok(us.median >= 0, `${workload}: ${name}`)
      }
      // Two without an SDK, this package, and six other SDKs.
      assert.equal(result.cpu[engine][MAIN_WORKLOAD].length, 9)
    })

    await t.test(`${engine}: a hundred at once cost this package one login, and all succeed`, () => {
      for (const lines of Object.values(result.bursts[engine])) {
        const { logins, succeeded } = of(lines, OURS)
        assert.deepEqual({ logins, succeeded }, { logins: 1, succeeded: 100 })
      }
    })

    await t.test(`${engine}: a hundred cold calls cost wafer-client-sdk 200 logins, and one succeeds`, () => {
      const { logins, succeeded } = of(result.bursts[engine]['100 cold calls at once'], PREDECESSOR)
      assert.deepEqual({ logins, succeeded }, { logins: 200, succeeded: 1 })
    })
  }

  await t.test('linear memory stays within 256 KiB and does not grow', () => {
    for (const lines of Object.values(result.memory)) {
      const sizes = lines.filter(({ name }) => name === OURS).map(({ memoryBytes }) => memoryBytes)
      assert.equal(sizes.length, 2)
      assert.equal(sizes[0], sizes[1])
      assert.ok(sizes[0] > 0 && sizes[0] <= 256 * 1024, `${sizes[0]} bytes`)
    }
  })

  await t.test('the tables show every peer and every workload', () => {
    const text = markdownOf(result)
    for (const workload of Object.keys(result.cpu.v8)) assert.ok(text.includes(`| ${workload} |`), workload)
    for (const { name } of result.cpu.v8[MAIN_WORKLOAD]) assert.ok(text.includes(`| ${name} |`), name)
    assert.ok(!/NaN|undefined|Infinity/.test(text), text)
  })

  await t.test('the READMEs have a place for their tables, and what is measured fills them', () => {
    for (const document of DOCUMENTS) {
      const text = readFileSync(join(REPOSITORY, document), 'utf8')
      for (const [name, block] of Object.entries(blocksOf(result, document))) {
        assert.ok(replaceBlock(text, name, block).includes(block), `${document}: ${name}`)
        assert.ok(!/NaN|undefined|Infinity/.test(block), block)
      }
    }
  })
})
