/**
 * The component `wafer-client-wasm/extras/timeline`, rendered by the official miniprogram-simulate (see testing.check.mjs).
 *
 * @jest-environment jsdom
 */
const { dirname, join } = require('node:path')
const simulate = require('miniprogram-simulate')
const { createWx } = require('wafer-client-wasm/testing')

const COMPONENT = join(
  dirname(require.resolve('wafer-client-wasm/package.json')),
  'miniprogram_dist/extras/timeline/index'
)

let fake, timeline, qcloud
beforeEach(() => {
  fake = createWx().install()
  jest.resetModules()
  timeline = simulate.render(simulate.load(COMPONENT, { compiler: 'simulate' }), { limit: 4 })
  qcloud = require('wafer-client-wasm')
  qcloud.configure({ loginUrl: 'https://api.example.com/login', logLevel: 'silent' })
})
afterEach(() => fake.uninstall())

const texts = (selector) => timeline.querySelectorAll(selector).map(({ dom }) => dom.textContent.trim())

test('the timeline draws what the SDK does, the latest lines of it', async () => {
  timeline.attach(document.body)
  await qcloud.request({ login: true, url: 'https://api.example.com/user' })
  await fake.clock.runUntilIdle()
  expect(texts('.line__text')).toHaveLength(4)
  expect(texts('.line__text').pop()).toMatch(/^成功\s*#1$/)
  expect(timeline.querySelectorAll('.line__dot_good').length).toBeGreaterThan(0)
  timeline.detach()
})
