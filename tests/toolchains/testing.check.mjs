/** The example of `wafer-client-wasm/testing`, as an app has it: installed, and run by each test runner. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'
import { prepare } from './projects.mjs'

// Inside a test of node:test, another run of it would report to this one.
const env = { NODE_TEST_CONTEXT: undefined }
const example = prepare('testing', join(REPOSITORY, 'examples/testing'))
const here = new URL('timeline.simulate.test.js', import.meta.url)
cpSync(here, example.path('tests/timeline.simulate.test.js'))

for (const [runner, command] of [
  ['node:test', ['npm', 'run', 'test:node']],
  [
    'Jest, with miniprogram-simulate, which draws the timeline too',
    ['npm', 'run', 'test:jest', '--', '--ci']
  ],
  ['Vitest', ['npm', 'run', 'test:vitest']]
]) {
  test(`an app's tests pass in ${runner}`, () => example.run(command, env))
}
