/**
 * npx jest; the component itself, rendered by the official miniprogram-simulate.
 *
 * @jest-environment jsdom
 */
const { join } = require('node:path')
const simulate = require('miniprogram-simulate')
const { createWx } = require('wafer-client-wasm/testing')

const COMPONENT = join(__dirname, '../miniprogram/components/order-list/order-list')

let fake, list

beforeEach(() => {
  fake = createWx().install()
  fake.server.route('/orders', () => ({ data: { orders: [{ id: 1, title: '茶' }] } }), { session: true })
  jest.resetModules()
  list = simulate.render(simulate.load(COMPONENT, { compiler: 'simulate' }))
})
afterEach(() => {
  list.detach()
  fake.uninstall()
})

test('the list logs in and shows the orders', async () => {
  list.attach(document.body)
  await fake.clock.runUntilIdle()
  expect(list.querySelector('.order').dom.textContent).toBe('茶')
  expect(fake.count('login')).toBe(1)
})

test('what went wrong is shown, and a tap tries again', async () => {
  fake.setOffline(true)
  list.attach(document.body)
  await fake.clock.runUntilIdle()
  expect(list.querySelector('.order')).toBe(undefined)
  fake.setOffline(false)
  list.querySelector('.trouble').dispatchEvent('tap')
  await fake.clock.runUntilIdle()
  expect(list.querySelector('.trouble')).toBe(undefined)
  expect(list.querySelector('.order').dom.textContent).toBe('茶')
})
