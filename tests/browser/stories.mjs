import { after, before, describe, it } from 'node:test'
import { Phone, startBrowser } from './phone.mjs'
import { SessionServer } from './session-server.mjs'

/**
 * A suite of stories, each about one new person with the demo open. They share a server and a browser; what one does
 * to the server is undone before the next.
 */
export function stories(name, tell) {
  describe(name, () => {
    const scene = { server: null, browser: null }
    let people = 0

    before(async () => {
      scene.server = await SessionServer.start()
      scene.browser = await startBrowser()
    })

    after(async () => {
      await scene.browser?.close()
      await scene.server?.remove()
    })

    const story = (title, act, options = {}) =>
      it(title, async () => {
        const { server, browser } = scene
        people += 1
        await server.ask('invalid-always', { on: false })
        await server.ask('clear-faults', {})
        await server.resetRecords()
        const phone = await Phone.open(browser, server, { user: `person-${people}`, ...options })
        try {
          await act({ phone, server, browser })
        } finally {
          await phone.context.close()
        }
        phone.assertContent()
      })

    tell(story)
  })
}
