/** What wafer-client-sdk's own tests ask of a client and this package answers otherwise; docs/migration.md says why. */
import { MAGIC, SESSION_KEY } from '../../fake-wx/servers.mjs'
import { ORIGIN, WAFER, anyLogin, comparing, outcome } from './clients.mjs'

const { differs, same } = comparing(WAFER)

differs(
  'bare-magic',
  'a body with the magic id and no error is an answer',
  async (client) => {
    await client.warm()
    client.server.route('/bare', () => ({ data: { [MAGIC]: 1, list: [] } }))
    return outcome(await client.call({ url: `${ORIGIN}/bare` }))
  },
  {
    ...anyLogin,
    before: ['fail ERR_CHECK_LOGIN_FAILED', 'complete ERR_CHECK_LOGIN_FAILED'],
    now: ['success', 'complete undefined']
  }
)

differs(
  'trusted-origins',
  'before setLoginUrl, a stored session belongs nowhere yet',
  async (client) => {
    await client.call({ login: false })
    const [{ options }] = client.fake.calls('request')
    return options.header['X-WX-Skey'] ?? null
  },
  {
    url: null,
    storage: { [SESSION_KEY]: { id: 'an-id', skey: 'a-key', userInfo: {} } },
    before: 'a-key',
    now: null
  }
)

differs(
  'trusted-origins',
  'a login by https is no session for http, as in the README of the predecessor',
  async (client) => outcome(await client.call({ url: 'http://api.example.com/user' })),
  {
    ...anyLogin,
    before: ['success', 'complete undefined'],
    now: ['fail ERR_UNTRUSTED_ORIGIN', 'complete ERR_UNTRUSTED_ORIGIN']
  }
)

same(
  'a timeout of a fraction of a millisecond is one: it reaches wx as it is, and the call fails by it',
  async (client) => {
    await client.warm()
    const [[told]] = await client.call({ timeout: 0.01 })
    return [told, client.fake.calls('request')[0].options.timeout]
  },
  anyLogin
)
