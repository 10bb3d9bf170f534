/**
 * The same requests by the predecessors, the npm packages as they are, each on a phone and with a user of its own, at the
 * server that this SDK has just used.
 */
import { REAL } from '../../fake-wx/run/bridge.mjs'
import { systemClock } from '../../fake-wx/clock.mjs'
import { startPredecessor } from '../../fake-wx/run/predecessors.mjs'
import { AT_ONCE } from './steps.mjs'

const PREFIX = { 'wafer-client-sdk': '', 'wafer2-client-sdk': '/wafer2' }

export const PREDECESSORS = Object.keys(PREFIX)

/** `{ cold, expired, warm }`, each with `succeeded`, `logins` and `nativeCalls`, and with what the server recorded. */
export async function playPredecessor(name, server) {
  // The server logs in by the code alone, as it does for this SDK. Encrypted data, which another wx.login would make
  // unreadable, is left out in the predecessor's favour.
  const wechat = { ...server.wechat, userData: async () => ({ encryptedData: '', iv: '' }) }
  const { qcloud, fake } = startPredecessor(name, {
    clock: systemClock,
    latency: REAL,
    server: server.transport,
    wechat,
    user: { id: name }
  })
  const base = server.origin + PREFIX[name]
  qcloud.setLoginUrl(`${base}/login`)
  const call = () =>
    new Promise((resolve) => {
      qcloud.request({
        login: true,
        url: `${base}/user`,
        success: ({ statusCode }) => resolve(statusCode === 200),
        fail: () => resolve(false)
      })
    })

  const play = async (count) => {
    await server.dev('reset-records')
    fake.resetLog()
    const served = await Promise.all(Array.from({ length: count }, call))
    const { logins, sessionRequests } = await server.records()
    return {
      succeeded: served.filter(Boolean).length,
      logins: fake.count('login'),
      nativeCalls: fake.count(),
      records: { logins: logins.attempted, served: sessionRequests.ok }
    }
  }

  const cold = await play(AT_ONCE)
  await call()
  const warm = await play(1)
  await server.dev('expire', { user: name })
  return { cold, expired: await play(AT_ONCE), warm }
}
