// npx jest
const { createWx } = require('wafer-client-wasm/testing')

let fake, orders

beforeEach(() => {
  fake = createWx().install()
  fake.server.route('/orders', () => ({ data: { orders: [{ id: 1, title: '茶' }] } }), { session: true })
  jest.resetModules()
  orders = require('../miniprogram/orders')
})
afterEach(() => fake.uninstall())

test('pages that load at once share one login', async () => {
  const loaded = await Promise.all([orders.load(), orders.load(), orders.load()])
  expect(loaded[2]).toEqual([{ id: 1, title: '茶' }])
  expect(fake.count('login')).toBe(1)
})

test('the user does not notice that the session expired', async () => {
  await orders.load()
  fake.server.expire()
  expect(await orders.load()).toEqual([{ id: 1, title: '茶' }])
  expect(fake.server.records.logins).toBe(2)
})

test('without network the user is told so, and stays logged in', async () => {
  await orders.load()
  fake.setOffline(true)
  const trouble = await orders.load().catch(orders.explain)
  expect(trouble).toBe('没有网络，下拉重试')
  fake.setOffline(false)
  await orders.load()
  expect(fake.count('login')).toBe(1)
})
