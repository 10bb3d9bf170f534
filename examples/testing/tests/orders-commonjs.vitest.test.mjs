// npx vitest run; a native mini-program, in CommonJS: Vitest leaves its `require` to Node.
import { createRequire } from 'node:module'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWx, resetModules } from 'wafer-client-wasm/testing'

const require = createRequire(import.meta.url)
let fake, orders

beforeEach(() => {
  fake = createWx().install()
  fake.server.route('/orders', () => ({ data: { orders: [{ id: 1, title: '茶' }] } }), { session: true })
  resetModules()
  orders = require('../miniprogram/orders')
})
afterEach(() => fake.uninstall())

for (const launch of ['first', 'second']) {
  test(`the ${launch} launch logs in by itself`, async () => {
    expect(await orders.load()).toEqual([{ id: 1, title: '茶' }])
    expect(fake.trace('login', 'request')).toEqual(['login', 'request GET /login', 'request GET /orders'])
  })
}
