import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DESKTOP, PHONE } from './phone.mjs'
import { stories } from './stories.mjs'
import { Timelines } from './timelines.mjs'

const artifacts = fileURLToPath(new URL('../../artifacts/screenshots', import.meta.url))
const theme = JSON.parse(
  await readFile(new URL('../../miniprogram-demo/theme.json', import.meta.url), 'utf8')
)
const SCREENS = { phone: PHONE, 'small-phone': { width: 320, height: 568 }, desktop: DESKTOP }

await mkdir(artifacts, { recursive: true })

const rgb = (hex) => `rgb(${[1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16)).join(', ')})`

/** Nothing reaches beyond the screen to the right, and no text is cut off inside its box. */
async function assertFits(phone) {
  const overflowing = await phone.front.evaluate((scroller) => {
    const fits = ({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth + 1
    const blocks = [...scroller.querySelectorAll('view')].filter(
      (node) => !node.closest('scroll-view') && !node.querySelector('scroll-view')
    )
    return [scroller, ...blocks].filter((node) => !fits(node)).map((node) => node.className)
  })
  assert.deepEqual(overflowing, [])
}

stories('the demo on every screen', (story) => {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const colorScheme of ['light', 'dark']) {
      story(
        `fits a ${screen} in ${colorScheme} colours`,
        async ({ phone }) => {
          const timelines = new Timelines(phone)
          const shoot = async (name) => {
            await assertFits(phone)
            await phone.settle()
            await phone.page.screenshot({ path: `${artifacts}/${name}-${screen}-${colorScheme}.png` })
          }
          await shoot('welcome')
          await timelines.after('发送请求')
          await timelines.after('20 个并发')
          await timelines.after('会话过期')
          await phone.page.waitForFunction(
            () => document.querySelector('.records__failure') || !document.querySelector('.records')
          )
          await shoot('session')
          assert.equal(
            await phone.front.evaluate((node) => getComputedStyle(node).backgroundColor),
            rgb(theme[colorScheme].background)
          )

          await phone.tab('资料').click()
          await phone.button('获取').click()
          await shoot('privacy')
          await phone.answer('同意')
          await shoot('phone-number')
          await phone.answer('允许')
          await phone.button('选择').click()
          await shoot('avatar')
          await phone.answer('用微信头像')
          await phone.page.getByPlaceholder('请输入昵称').click()
          await shoot('nickname')
          await phone.page.locator('.nickname-bar').click()
          await phone.button('保存').click()
          await phone.front.locator('.outcome').filter({ hasText: '已保存' }).waitFor()
          await phone.settle()
          await phone.front.evaluate((node) => node.scrollTo(0, 0))
          await shoot('profile')

          await phone.tab('代码').click()
          await shoot('code')
        },
        { viewport, colorScheme }
      )
    }
  }

  story('follows the system when it turns dark', async ({ phone }) => {
    const background = () => phone.front.evaluate((node) => getComputedStyle(node).backgroundColor)
    const card = () =>
      phone.front.locator('.person').evaluate((node) => getComputedStyle(node).backgroundColor)
    assert.deepEqual([await background(), await card()], [rgb(theme.light.background), rgb('#ffffff')])
    await phone.page.emulateMedia({ colorScheme: 'dark' })
    assert.deepEqual([await background(), await card()], [rgb(theme.dark.background), rgb('#191919')])
  })

  story('shows the tap state while a finger rests on a tile', async ({ phone }) => {
    const tile = phone.front.locator('.tile').first()
    const isActive = () => tile.evaluate((node) => node.classList.contains('tile_active'))
    assert.equal(await isActive(), false)
    await tile.dispatchEvent('pointerdown')
    await phone.front.locator('.tile.tile_active').waitFor()
    await tile.dispatchEvent('pointerup')
    await phone.front.locator('.tile.tile_active').waitFor({ state: 'detached' })
  })

  story(
    'can be used with a keyboard',
    async ({ phone }) => {
      const timelines = new Timelines(phone)
      const focused = () => phone.page.evaluate(() => document.activeElement.textContent)
      for (let presses = 0; presses < 20 && (await focused()) !== '发送请求'; presses++) {
        await phone.page.keyboard.press('Tab')
      }
      const run = await timelines.afterAction(() => phone.page.keyboard.press('Enter'))
      assert.equal(run.title, '发送请求')

      await phone.tab('资料').press('Enter')
      await phone.button('获取').press('Enter')
      await phone.dialog().waitFor()
      await phone.page.keyboard.press('Escape')
      await phone.front.locator('.outcome').filter({ hasText: '需要先同意隐私保护指引' }).waitFor()
    },
    { viewport: DESKTOP }
  )

  story('opens the simulator settings on a phone, and obeys them', async ({ phone }) => {
    await phone.page.getByRole('button', { name: '模拟器设置' }).click()
    await phone.settle()
    await phone.page.screenshot({ path: `${artifacts}/settings-phone-light.png` })
    await phone.page.getByLabel('微信的年代').selectOption('2020')
    await phone.tab('资料').click()
    await phone.front.locator('.weui-cell').first().waitFor()
    assert.equal(await phone.button('选择').count(), 0)
  })

  story('forgets the mini-program’s data on request', async ({ phone }) => {
    await new Timelines(phone).after('发送请求')
    await phone.page.getByRole('button', { name: '模拟器设置' }).click()
    await phone.page.getByRole('button', { name: '清除小程序数据并重启' }).click()
    await phone.text('没有登录态').waitFor()
  })

  story('shows beside the phone what reached the server', async ({ phone, server }) => {
    await new Timelines(phone).after('20 个并发')
    const line = phone.page.locator('.records__list li').filter({ hasText: '/user ×20' })
    await line.waitFor({ state: 'attached' })
    const counts = await phone.page.locator('.records__count strong').allTextContents()
    const { logins, sessionRequests } = await server.records()
    assert.deepEqual(counts, [logins.succeeded, sessionRequests.ok, sessionRequests.refused].map(String))
  })
})
