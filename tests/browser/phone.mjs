import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'

const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run'
]

export const PHONE = { width: 360, height: 640 }
export const TABLET = { width: 768, height: 1024 }
export const DESKTOP = { width: 1440, height: 900 }

export const startBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    ignoreDefaultArgs: ['--headless'],
    args: ARGUMENTS
  })

/**
 * One person with the demo open in a browser of their own. Everything on the console that is not a plain log is kept
 * as a complaint, and so is every request that leaves the session server.
 */
export class Phone {
  static async open(
    browser,
    server,
    { user, viewport = PHONE, colorScheme = 'light', textSize = 100, expect = [], ...rest }
  ) {
    const context = await browser.newContext({
      viewport,
      colorScheme,
      locale: 'zh-CN',
      hasTouch: viewport === PHONE,
      isMobile: viewport === PHONE,
      ...rest
    })
    const phone = new Phone(context, await context.newPage(), server, user, expect)
    phone.textSize = textSize
    await phone.start()
    return phone
  }

  constructor(context, page, server, user, expected) {
    Object.assign(this, { context, page, server, user, expected })
    this.complaints = []
    /** The runs that the mini-program's requests named, in order. */
    this.runs = []
    context.setDefaultTimeout(60_000)
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return
      if (!this.expected.some((pattern) => pattern.test(message.text()))) this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(error.stack))
    page.on('request', (request) => {
      const run = request.headers()['x-demo-run']
      if (run) this.runs.push(run)
      const { protocol, origin } = new URL(request.url())
      if (protocol !== 'blob:' && protocol !== 'data:' && origin !== server.url) {
        this.complaints.push(`left the server: ${request.url()}`)
      }
    })
  }

  async start() {
    await this.page.goto(`${this.server.url}/?user=${this.user}`)
    if (this.textSize !== 100) {
      await this.page.addStyleTag({ content: `html { font-size: ${this.textSize}% }` })
    }
    await this.front.locator('.step').first().waitFor()
  }

  /** Makes the simulated WeChat an older one; the mini-program starts anew. */
  async setEra(era, { privacyAgreed = true } = {}) {
    await this.page.evaluate(
      (change) => {
        const key = 'host:settings'
        const settings = JSON.parse(localStorage.getItem(key) || '{}')
        localStorage.setItem(key, JSON.stringify({ ...settings, ...change }))
      },
      { era, privacyAgreed }
    )
    await this.page.reload()
    await this.front.locator('.step').first().waitFor()
  }

  async agreeToPrivacy() {
    await this.setEra('today')
  }

  tab(name) {
    return this.page.locator('.tab-bar').getByRole('tab', { name })
  }

  /** The page in front. */
  get front() {
    return this.page.locator('.page-scroller:not([hidden])')
  }

  text(text) {
    return this.front.getByText(text, { exact: true })
  }

  /** A button of the page in front, by all of the text on it. */
  button(text) {
    return this.front.locator('button, [role=button]').filter({ hasText: new RegExp(`^\\s*${text}\\s*$`) })
  }

  dialog() {
    return this.page.getByRole('dialog')
  }

  async answer(text) {
    await this.dialog().getByText(text, { exact: true }).click()
  }

  /** Drags the page down by a finger's length, as touch events from the browser itself. */
  async pullDown() {
    const devtools = await this.context.newCDPSession(this.page)
    const touch = (type, y) =>
      devtools.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: y === undefined ? [] : [{ x: 180, y }]
      })
    await touch('touchStart', 120)
    for (let y = 140; y <= 400; y += 20) await touch('touchMove', y)
    await touch('touchEnd')
  }

  /** Waits until nothing moves any more, so that a screenshot shows what a person sees. */
  settle() {
    return this.page.evaluate(() =>
      Promise.all(
        document
          .getAnimations()
          .filter((animation) => animation.effect.getComputedTiming().iterations !== Infinity)
          .map((animation) => animation.finished.catch(() => {}))
      )
    )
  }

  /** Fails if the browser complained about anything. */
  assertContent() {
    assert.deepEqual(this.complaints, [])
  }
}
