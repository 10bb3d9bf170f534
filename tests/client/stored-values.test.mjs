/**
 * Whatever lies in the storage: getSession() and buildSessionHeader(), which read it in JS as long as the module is
 * not loaded, say what the core will make of it (guarantee 9). Not in JavaScriptCore's shell: fast-check needs
 * timers that the shell lacks.
 */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { ORIGIN, story } from './stories.mjs'

const PUBLIC_URL = `${ORIGIN}/public`

/** Values as storage may hold them, most of them near a session. */
const text = fc.oneof(fc.constantFrom('', '0', 'skey-1', '会话', 'no\nheader', '\u007f'), fc.string())
const scalar = fc.oneof(text, fc.double(), fc.constantFrom(0, 1, null, true, undefined))
const part = fc.oneof(scalar, fc.constant([]), fc.constant({}), fc.object({ maxDepth: 1 }))
const member = { requiredKeys: [] }
const session = fc.record(
  { id: part, skey: part, userInfo: part, userinfo: part, time: part, error: part },
  member
)
const storedValue = fc.oneof({ weight: 4, arbitrary: session }, scalar, fc.jsonValue())

for (const protocol of ['wafer', 'wafer2']) {
  story(
    `with ${protocol}, getSession() says the same before the module is loaded and after`,
    async ({ start, clock }) => {
      const check = async (value) => {
        const stored = JSON.stringify(value === undefined ? '' : value)
        const storage = new Map([[SESSION_KEY, stored]])
        const app = start({ storage, configuration: { protocol, checkSession: 'never' }, observed: false })
        const seen = () => app.copy([app.qcloud.getSession(), app.qcloud.buildSessionHeader()])
        const before = seen()
        const call = app.call({ login: false, url: PUBLIC_URL })
        assert.deepEqual(seen(), before, 'while it loads')
        await app.settled([call])
        await clock.until(app.qcloud.ready())
        assert.deepEqual(seen(), before, 'when it is loaded')
        assert.deepEqual(app.fake.calls('request')[0].options.header, before[1], 'and so are requests signed')
        app.stop()
      }
      await fc.assert(fc.asyncProperty(storedValue, check), { numRuns: 150, seed: 20_261_121 })
    }
  )
}
