/** The tunnel of the built package against the real session server's, over a real WebSocket. */
import assert from 'node:assert/strict'
import { once, EventEmitter } from 'node:events'
import { describe, test } from 'node:test'
import { serverOf } from './device.mjs'

/** A tunnel of a logged-in phone, opened; its events are awaited by name with `next`. */
async function openTunnel(phone) {
  await phone.user()
  const { Tunnel } = phone.qcloud
  // So that no test waits for a second; how long the waits are is tested in virtual time.
  Tunnel.RECONNECT_TIME_INCREASE = 10
  const tunnel = new Tunnel(`${phone.origin}/tunnel`)
  const emitter = new EventEmitter()
  const told = []
  tunnel.on('*', (event, payload) => {
    told.push(event)
    emitter.emit(`told ${event}`, payload)
  })
  const next = async (event) => phone.copy((await once(emitter, `told ${event}`))[0])
  tunnel.open()
  await next('connect')
  return { tunnel, told, next }
}

for (const protocol of ['wafer', 'wafer2']) {
  describe(`the tunnel, ${protocol}`, () => {
    const { running, device } = serverOf(['--protocol', protocol])
    const phoneOf = (user) => {
      const phone = device({ user: { id: user }, configuration: { protocol } })
      return Object.assign(phone, { origin: running.server.origin })
    }

    test('messages go there and come back', async () => {
      const { tunnel, next } = await openTunnel(phoneOf('anna'))
      tunnel.emit('speak', { word: '你好 😀', list: [1, null] })
      assert.deepEqual(await next('speak'), { word: '你好 😀', list: [1, null] })
      tunnel.emit('connect', 'named like an event')
      assert.equal(await next('@connect'), 'named like an event')
      tunnel.close()
      assert.equal(tunnel.isClosed(), true)
    })

    test('a dropped connection and a server that goes away are found again', async () => {
      const { tunnel, told, next } = await openTunnel(phoneOf('berta'))
      for (const action of ['drop', 'goAway']) {
        const back = next('reconnect')
        const away = next('reconnecting')
        await running.server.dev('tunnel', { action })
        await away
        tunnel.emit('meanwhile', action)
        const echo = next('meanwhile')
        await back
        assert.equal(await echo, action)
      }
      assert.deepEqual(told, [
        'connect',
        ...['reconnecting', 'reconnect', 'meanwhile', 'reconnecting', 'reconnect', 'meanwhile']
      ])
      tunnel.close()
    })

    test('the server closes it for good', async () => {
      const { tunnel, told, next } = await openTunnel(phoneOf('carla'))
      const closed = next('close')
      await running.server.dev('tunnel', { action: 'close' })
      await closed
      assert.deepEqual([told, tunnel.status], [['connect', 'close'], 'CLOSED'])
      const open = next('connect')
      tunnel.open()
      await open
      tunnel.close()
    })

    test('a server that falls silent is lost by its own timeout, and found when it speaks again', async () => {
      const { tunnel, next } = await openTunnel(phoneOf('dora'))
      const away = next('reconnecting')
      const back = next('reconnect')
      await running.server.dev('tunnel', { action: 'mute', on: true })
      await running.server.dev('tunnel', { action: 'send', packet: 'timeout:1' })
      await away
      await running.server.dev('tunnel', { action: 'mute', on: false })
      await back
      tunnel.emit('speak', 1)
      assert.equal(await next('speak'), 1)
      tunnel.close()
    })

    test('while the server is down the tries go on, and give up by error 2001', async () => {
      const { tunnel, told, next } = await openTunnel(phoneOf('emma'))
      const failed = next('error')
      await running.server.kill()
      assert.equal((await failed).code, 2001)
      assert.deepEqual(told, ['connect', 'reconnecting', 'close', 'error'])
      await running.server.restart()
      const open = next('connect')
      tunnel.open()
      await open
      tunnel.close()
    })
  })
}

describe('the tunnel without a session', () => {
  const { running, device } = serverOf()

  test('is refused by the service: error 1001 with what the server said', async () => {
    const phone = device({ user: { id: 'fritz' } })
    const tunnel = new phone.qcloud.Tunnel(`${running.server.origin}/tunnel`)
    const failed = new Promise((resolve) => tunnel.on('error', resolve))
    tunnel.open()
    const { code, message, detail } = await failed
    assert.equal(code, 1001)
    assert.match(message, /信道服务/)
    assert.equal(detail.type, 'ERR_CHECK_LOGIN_FAILED')
    assert.equal(tunnel.isClosed(), true)
  })
})
