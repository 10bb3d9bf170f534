// node --test tests/
const assert = require('node:assert/strict')
const { afterEach, beforeEach, test } = require('node:test')
const { createWx, resetModules } = require('wafer-client-wasm/testing')

let fake, orders

beforeEach(() => {
  fake = createWx().install()
  fake.server.route('/orders', () => ({ data: { orders: [{ id: 1, title: '茶' }] } }), { session: true })
  resetModules()
  orders = require('../miniprogram/orders')
})
afterEach(() => fake.uninstall())

test('pages that load at once share one login', async () => {
  const loaded = await Promise.all([orders.load(), orders.load(), orders.load()])
  assert.deepEqual(loaded[2], [{ id: 1, title: '茶' }])
  assert.equal(fake.count('login'), 1)
})

test('the user does not notice that the session expired', async () => {
  await orders.load()
  fake.server.expire()
  assert.deepEqual(await orders.load(), [{ id: 1, title: '茶' }])
  assert.equal(fake.server.records.logins, 2)
})

test('without network the user is told so, and stays logged in', async () => {
  await orders.load()
  fake.setOffline(true)
  await assert.rejects(orders.load(), (error) => orders.explain(error) === '没有网络，下拉重试')
  fake.setOffline(false)
  await orders.load()
  assert.equal(fake.count('login'), 1)
})
