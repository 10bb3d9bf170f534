import { api, Failure } from './callbacks.js'

/** wx.login and wx.checkSession of the simulated WeChat user. */
export function account(simulator) {
  return {
    login: api('login', async () => {
      const { code } = await simulator.ask('code')
      return { code }
    }),
    checkSession: api('checkSession', async () => {
      const { valid } = await simulator.ask('check-session')
      if (!valid) throw new Failure('session is expired')
    })
  }
}
