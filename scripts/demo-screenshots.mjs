/**
 * Takes the READMEs' pictures of the demo: old and new beside each other, and on a phone, in both languages.
 *
 *   node scripts/demo-screenshots.mjs
 *
 * Needs the built page and the session server (`make page simulator`) and Chromium (`scripts/setup.sh browser`).
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Comparisons } from '../tests/browser/comparisons.mjs'
import { DESKTOP, Phone, startBrowser } from '../tests/browser/phone.mjs'
import { SessionServer } from '../tests/browser/session-server.mjs'
import { repository } from './project.mjs'

const folder = join(repository, 'miniprogram-demo/screenshots')
const PICTURES = {
  'side-by-side': { viewport: DESKTOP },
  phone: { viewport: { width: 375, height: 760 }, deviceScaleFactor: 2 }
}
const LANGUAGES = { 'zh-CN': '.zh-CN', en: '' }

await mkdir(folder, { recursive: true })
const server = await SessionServer.start()
const browser = await startBrowser()
try {
  for (const [name, options] of Object.entries(PICTURES)) {
    for (const [locale, ending] of Object.entries(LANGUAGES)) {
      const phone = await Phone.open(browser, server, { user: `${name}-${locale}`, locale, ...options })
      await new Comparisons(phone).after('cold')
      await phone.settle()
      await phone.page.screenshot({ path: join(folder, `${name}${ending}.png`) })
      await phone.context.close()
    }
  }
} finally {
  await browser.close()
  await server.remove()
}
