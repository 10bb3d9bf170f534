import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Comparisons, ORDER } from './comparisons.mjs'
import { DESKTOP, PHONE, TABLET } from './phone.mjs'
import { stories } from './stories.mjs'
import {
  assertAccessible,
  assertFits,
  assertLargeTargets,
  assertOneLanguage,
  watchShifts
} from './judging.mjs'

const artifacts = fileURLToPath(new URL('../../artifacts/screenshots', import.meta.url))
const theme = JSON.parse(
  await readFile(new URL('../../miniprogram-demo/theme.json', import.meta.url), 'utf8')
)
const SCREENS = { phone: PHONE, tablet: TABLET, desktop: DESKTOP }
const LANGUAGES = {
  'zh-CN': {
    tabs: ['资料', '代码'],
    privacy: ['获取', '同意', '允许'],
    avatar: ['选择', '用微信头像'],
    name: '请输入昵称',
    save: ['保存', '已保存']
  },
  en: {
    tabs: ['Profile', 'Code'],
    privacy: ['Get', 'Agree', 'Allow'],
    avatar: ['Choose', 'Use my WeChat avatar'],
    name: 'Your nickname',
    save: ['Save', 'Saved']
  }
}

await mkdir(artifacts, { recursive: true })

const rgb = (hex) => `rgb(${[1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16)).join(', ')})`

/** Goes through everything that there is to see, and judges each view. */
async function look(phone, { language, name }) {
  const words = LANGUAGES[language]
  const judge = async (view) => {
    await phone.settle()
    await phone.page.screenshot({ path: `${artifacts}/${view}-${name}.png` })
    await assertFits(phone, view)
    await assertOneLanguage(phone, language, view)
    await assertLargeTargets(phone, view)
    await assertAccessible(phone, view)
  }
  const comparisons = new Comparisons(phone)
  await judge('welcome')
  await comparisons.after('cold')
  await judge('cold')
  await comparisons.after('expired')
  await judge('expired')

  await phone.tab(words.tabs[0]).click()
  const [get, agree, allow] = words.privacy
  await phone.button(get).click()
  await phone.dialog().waitFor()
  await judge('privacy')
  await phone.answer(agree)
  await judge('phone-number')
  await phone.answer(allow)
  const [choose, avatar] = words.avatar
  await phone.button(choose).click()
  await phone.dialog().waitFor()
  await judge('avatar')
  await phone.answer(avatar)
  await phone.page.getByPlaceholder(words.name).click()
  await phone.page.locator('.nickname-bar').click()
  const [save, saved] = words.save
  await phone.button(save).click()
  await phone.front.locator('.outcome').filter({ hasText: saved }).waitFor()
  await phone.front.evaluate((node) => node.scrollTo(0, 0))
  await judge('profile')

  await phone.tab(words.tabs[1]).click()
  await judge('code')
  if (await phone.page.locator('.beside').isHidden()) await phone.page.locator('.capsule__menu').click()
  await judge('settings')
}

stories('the demo on every screen', (story) => {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    for (const language of Object.keys(LANGUAGES)) {
      for (const colorScheme of ['light', 'dark']) {
        story(
          `fits a ${screen} in ${colorScheme} colours, in ${language}, for everyone`,
          ({ phone }) => look(phone, { language, name: `${screen}-${language}-${colorScheme}` }),
          { viewport, colorScheme, locale: language }
        )
      }
      story(
        `fits a ${screen} with text of twice the size, in ${language}`,
        ({ phone }) => look(phone, { language, name: `${screen}-${language}-200` }),
        { viewport, locale: language, textSize: 200 }
      )
    }

    story(
      `shows the result of each tap on a ${screen} where the tap was, and nothing jumps`,
      async ({ phone }) => {
        const comparisons = new Comparisons(phone)
        const shifts = await watchShifts(phone)
        for (const id of ORDER) {
          await comparisons.after(id)
          const [tile, words, tabBar] = await Promise.all(
            [comparisons.step(id), phone.front.locator('.result__words'), phone.page.locator('.tab-bar')].map(
              (node) => node.boundingBox()
            )
          )
          assert.ok(
            tile.y >= 0 && words.y > tile.y && words.y + words.height <= tabBar.y,
            `${id} is out of view`
          )
        }
        assert.deepEqual(await shifts(), [])
      },
      { viewport, expect: [/status of 500/] }
    )
  }

  story(
    'brings the result into view where large text has pushed it out',
    async ({ phone }) => {
      const comparisons = new Comparisons(phone)
      await comparisons.after('cold')
      await phone.front.evaluate(
        (page) =>
          new Promise((resolve) => {
            const check = () => {
              const { top } = page.querySelector('.result').getBoundingClientRect()
              if (Math.abs(top - page.getBoundingClientRect().top) < 1) resolve()
              else requestAnimationFrame(check)
            }
            check()
          })
      )
    },
    { textSize: 200 }
  )

  story('shows one timeline at a time on a phone, as two tabs', async ({ phone }) => {
    await new Comparisons(phone).after('cold')
    const [ours, theirs] = await phone.front.locator('.side').all()
    assert.deepEqual([await ours.isVisible(), await theirs.isVisible()], [true, false])
    await phone.front.getByRole('tab', { name: 'wafer-client-sdk' }).click()
    assert.deepEqual([await ours.isVisible(), await theirs.isVisible()], [false, true])
    await theirs.locator('.timeline--line').last().scrollIntoViewIfNeeded()
    assert.ok(await theirs.locator('.timeline--line').last().isVisible())
  })

  for (const [screen, viewport] of Object.entries({ tablet: TABLET, desktop: DESKTOP })) {
    story(
      `shows both timelines beside each other on a ${screen}`,
      async ({ phone }) => {
        await new Comparisons(phone).after('cold')
        const [ours, theirs] = await Promise.all(
          [0, 1].map((index) => phone.front.locator('.side').nth(index).boundingBox())
        )
        assert.equal(ours.y, theirs.y)
        assert.ok(ours.x + ours.width <= theirs.x + 1)
        for (const index of [0, 1]) {
          const last = phone.front.locator('.side').nth(index).locator('.timeline--line').last()
          await last.scrollIntoViewIfNeeded()
          assert.ok(await last.isVisible())
        }
      },
      { viewport }
    )
  }

  story('follows the system when it turns dark', async ({ phone }) => {
    const background = () => phone.front.evaluate((node) => getComputedStyle(node).backgroundColor)
    const card = () =>
      phone.front.locator('.intro').evaluate((node) => getComputedStyle(node).backgroundColor)
    assert.deepEqual([await background(), await card()], [rgb(theme.light.background), rgb('#ffffff')])
    await phone.page.emulateMedia({ colorScheme: 'dark' })
    assert.deepEqual([await background(), await card()], [rgb(theme.dark.background), rgb('#191919')])
  })

  story('speaks the other language at the press of a button, also after a reload', async ({ phone }) => {
    await new Comparisons(phone).after('warm')
    await phone.button('English').click()
    await phone.front.getByText('this SDK: 1 native call', { exact: true }).waitFor()
    assert.equal(await phone.page.locator('html').getAttribute('lang'), 'en')
    await assertOneLanguage(phone, 'en', 'after the switch')
    await phone.page.reload()
    await phone.front.locator('.step').first().waitFor()
    await assertOneLanguage(phone, 'en', 'after the reload')
    await phone.tab('Profile').click()
    await phone.tab('Compare').click()
    await phone.button('中文').click()
    await assertOneLanguage(phone, 'zh-CN', 'back again')
  })

  story('shows the tap state while a finger rests on a step', async ({ phone }) => {
    const step = phone.front.locator('.step').first()
    const isActive = () => step.evaluate((node) => node.classList.contains('hover'))
    assert.equal(await isActive(), false)
    await step.dispatchEvent('pointerdown')
    await phone.front.locator('.step.hover').waitFor()
    await step.dispatchEvent('pointerup')
    await phone.front.locator('.step.hover').waitFor({ state: 'detached' })
  })

  story(
    'can be used with a keyboard',
    async ({ phone }) => {
      const comparisons = new Comparisons(phone)
      const { keyboard } = phone.page
      const focused = (selector) =>
        phone.page.evaluate((match) => document.activeElement.matches(match), selector)
      const tabTo = async (selector) => {
        for (let presses = 0; presses < 30 && !(await focused(selector)); presses++)
          await keyboard.press('Tab')
        assert.ok(await focused(selector), selector)
      }
      await tabTo('.step')
      await keyboard.press('Enter')
      assert.equal((await comparisons.shown()).now.succeeded, '20 / 20')
      await tabTo('[role=radio][aria-checked=true]')
      await keyboard.press('ArrowRight')
      assert.deepEqual((await comparisons.shown()).names, ['本 SDK', 'wafer2-client-sdk'])

      await tabTo('.tab-bar [role=tab]')
      await keyboard.press('ArrowRight')
      assert.equal(await phone.tab('资料').getAttribute('aria-selected'), 'true')
      await phone.button('获取').press('Enter')
      await phone.dialog().waitFor()
      await keyboard.press('Escape')
      await phone.front.locator('.outcome').filter({ hasText: '没有同意隐私保护指引' }).waitFor()
    },
    { viewport: DESKTOP }
  )

  story('lets the arrow keys choose between the two timelines', async ({ phone }) => {
    await new Comparisons(phone).after('warm')
    await phone.front.locator('.tabs [aria-selected=true]').focus()
    await phone.page.keyboard.press('ArrowRight')
    assert.equal(await phone.front.locator('.tabs [aria-selected=true]').textContent(), 'wafer-client-sdk')
    await phone.page.keyboard.press('Home')
    assert.equal(await phone.front.locator('.tabs [aria-selected=true]').textContent(), 'wafer-client-wasm')
  })

  story(
    'keeps still for those who asked for less motion',
    async ({ phone }) => {
      await phone.tab('资料').click()
      await phone.button('获取').click()
      await phone.dialog().waitFor()
      const longest = await phone.page.evaluate(() =>
        Math.max(0, ...document.getAnimations().map(({ effect }) => effect.getComputedTiming().duration))
      )
      assert.ok(longest <= 1, `${longest} ms`)
    },
    { reducedMotion: 'reduce' }
  )

  story('opens the simulator settings on a phone, and obeys them', async ({ phone }) => {
    const menu = phone.page.getByRole('button', { name: '模拟器设置' })
    assert.equal(await menu.getAttribute('aria-expanded'), 'false')
    await menu.click()
    assert.equal(await menu.getAttribute('aria-expanded'), 'true')
    await phone.page.getByText('微信小程序的会话 SDK').waitFor()
    await phone.page.getByLabel('微信的年代').selectOption('2020')
    await phone.tab('资料').click()
    await phone.front.locator('.weui-cell').first().waitFor()
    assert.equal(await phone.button('选择').count(), 0)
  })

  story('forgets the mini-program’s data on request', async ({ phone }) => {
    await new Comparisons(phone).after('warm')
    await phone.page.getByRole('button', { name: '模拟器设置' }).click()
    await phone.page.getByRole('button', { name: '清除小程序数据并重启' }).click()
    await phone.front.locator('.step').first().waitFor()
    assert.equal(await phone.page.evaluate(() => localStorage.length), 0)
  })

  story('comes compressed, and is kept by the browser', async ({ phone, server }) => {
    const html = await (await fetch(server.url)).text()
    const [, script] = /src="(immutable\/host-[^"]+)"/.exec(html)
    const { headers } = await fetch(`${server.url}/${script}`, { headers: { 'accept-encoding': 'br' } })
    assert.equal(headers.get('content-encoding'), 'br')
    assert.match(headers.get('cache-control'), /immutable/)
    await phone.page.goto(`${server.url}/?user=again`)
    const transferred = await phone.page.evaluate(
      (name) =>
        performance.getEntriesByType('resource').find((entry) => entry.name.endsWith(name)).transferSize,
      script
    )
    assert.equal(transferred, 0, 'the second visit takes the script from the cache')
  })
})
