import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { stories } from './stories.mjs'

const ANONYMOUS = '微信只给了匿名资料“微信用户”，请改用上面的头像昵称填写'

/** The only user whom the database holds with this nickname. */
async function storedAs(server, nickName) {
  const found = (await server.users()).filter((user) => user.nickName === nickName)
  assert.equal(found.length, 1, `users named ${nickName}`)
  return found[0]
}

/** Opens the profile page, in a WeChat of that era. */
async function openProfile(phone, era) {
  if (era) await phone.setEra(era)
  await phone.tab('资料').click()
  await phone.front.locator('.stored__name').filter({ hasText: '微信用户' }).waitFor()
}

const outcome = (phone, text) => phone.front.locator('.outcome').filter({ hasText: text }).waitFor()
const shown = (phone, nickName) =>
  phone.front.locator('.stored__name').filter({ hasText: nickName }).waitFor()

stories('the profile page, as of today', (story) => {
  story('registers a newcomer under a default name', async ({ phone, server }) => {
    await openProfile(phone)
    const users = await server.users()
    assert.equal(users.at(-1).nickName, '微信用户')
    assert.equal(users.at(-1).phoneNumber, null)
  })

  story('stores the nickname that was typed', async ({ phone, server }) => {
    await openProfile(phone, 'today')
    await phone.page.getByPlaceholder('请输入昵称').fill('江南')
    await phone.button('保存').click()
    await shown(phone, '江南')
    await storedAs(server, '江南')
  })

  story('offers the WeChat nickname above the keyboard', async ({ phone }) => {
    await openProfile(phone, 'today')
    const input = phone.page.getByPlaceholder('请输入昵称')
    await input.click()
    await phone.page.locator('.nickname-bar').click()
    assert.equal(await input.inputValue(), '林小满')
    await phone.button('保存').click()
    await shown(phone, '林小满')
  })

  story('uploads the avatar that WeChat offers, with the session', async ({ phone, server }) => {
    await openProfile(phone, 'today')
    await phone.button('选择').click()
    await phone.answer('用微信头像')
    await phone.page.getByPlaceholder('请输入昵称').fill('画中人')
    await phone.button('保存').click()
    await shown(phone, '画中人')
    const { avatarUrl } = await storedAs(server, '画中人')
    assert.match(avatarUrl, /^\/avatars\/[0-9a-f]{32}\.png$/)
    assert.equal(await phone.front.locator('.stored__avatar img').getAttribute('src'), server.url + avatarUrl)
    const { entries } = await server.records()
    assert.deepEqual(
      entries.filter(({ path }) => path === '/avatar').map(({ outcome: result }) => result),
      ['ok']
    )
  })

  story('uploads a picture from the album', async ({ phone, server }) => {
    await openProfile(phone, 'today')
    await phone.button('选择').click()
    const chooser = phone.page.waitForEvent('filechooser')
    await phone.answer('从相册选择')
    const picture = await readFile(new URL('../../miniprogram-demo/images/code.png', import.meta.url))
    await (await chooser).setFiles({ name: 'me.png', mimeType: 'image/png', buffer: picture })
    await phone.front.locator('.avatar__image').waitFor()
    await phone.button('保存').click()
    await outcome(phone, '已保存')
    const source = await phone.front.locator('.stored__avatar img').getAttribute('src')
    assert.ok(source.startsWith(`${server.url}/avatars/`))
    assert.deepEqual(Buffer.from(await (await fetch(source)).arrayBuffer()), picture)
  })

  story('asks for something to save', async ({ phone }) => {
    await openProfile(phone)
    await phone.button('保存').click()
    await phone.page.getByRole('alert').filter({ hasText: '请先选头像或填昵称' }).waitFor()
  })

  story('stores the phone number that the server got for the code', async ({ phone, server }) => {
    await openProfile(phone, 'today')
    await phone.button('获取').click()
    await phone.answer('允许')
    await outcome(phone, '服务器用 code 换到了手机号')
    const stored = (await server.users()).at(-1)
    assert.match(stored.phoneNumber, /^\+?\d{11,}$/)
    await phone.front.locator('.stored__phone').filter({ hasText: stored.phoneNumber }).waitFor()
  })

  story('respects that the phone number was refused', async ({ phone, server }) => {
    await openProfile(phone, 'today')
    await phone.button('获取').click()
    await phone.answer('不允许')
    await outcome(phone, '点击了拒绝授权')
    assert.equal((await server.users()).at(-1).phoneNumber, null)
  })

  story('asks for the privacy terms once, before anything personal', async ({ phone }) => {
    await openProfile(phone)
    await phone.button('获取').click()
    await phone.dialog().getByText('用户隐私保护提示').waitFor()
    await phone.answer('同意')
    await phone.dialog().getByText('获取并验证你的手机号').waitFor()
    await phone.answer('允许')
    await outcome(phone, '服务器用 code 换到了手机号')
    await phone.button('选择').click()
    await phone.dialog().getByText('用微信头像').waitFor()
  })

  story('says that the privacy terms were refused (errno 104)', async ({ phone, server }) => {
    await openProfile(phone)
    await phone.button('获取').click()
    await phone.answer('拒绝')
    await outcome(phone, '没有同意隐私保护指引，什么也没有发生')
    await phone.button('选择').click()
    await phone.answer('拒绝')
    assert.equal(await phone.dialog().count(), 0)
    assert.equal((await server.users()).at(-1).phoneNumber, null)
  })

  for (const button of ['获取头像昵称', '点击授权', '获取微信资料', '登录并授权']) {
    story(`does not store the anonymous profile that “${button}” gives today`, async ({ phone, server }) => {
      await openProfile(phone, 'today')
      await phone.page.getByPlaceholder('请输入昵称').fill(`名字-${button}`)
      await phone.button('保存').click()
      await shown(phone, `名字-${button}`)
      await phone.button(button).click()
      await outcome(phone, ANONYMOUS)
      await storedAs(server, `名字-${button}`)
    })
  }
})

stories('the profile page in 2022', (story) => {
  story('stores what wx.getUserProfile gave, decrypted by the server', async ({ phone, server }) => {
    await openProfile(phone, '2022')
    await phone.button('获取头像昵称').click()
    await phone.dialog().getByText('用于完善会员资料').waitFor()
    await phone.answer('允许')
    await outcome(phone, '服务器解密后存进了数据库：林小满')
    await shown(phone, '林小满')
    assert.equal((await server.users()).at(-1).nickName, '林小满')
  })

  story('logs “点击了拒绝授权” when the profile was refused', async ({ phone, server }) => {
    await openProfile(phone, '2022')
    for (const button of ['获取头像昵称', '登录并授权']) {
      await phone.button(button).click()
      await phone.answer('拒绝')
      await outcome(phone, '点击了拒绝授权')
    }
    assert.equal((await server.users()).at(-1).nickName, '微信用户')
  })

  story('tells a refusal of the privacy terms from one of the profile', async ({ phone }) => {
    await phone.setEra('2022', { privacyAgreed: false })
    await openProfile(phone)
    for (const button of ['获取头像昵称', '登录并授权']) {
      await phone.button(button).click()
      await phone.answer('拒绝')
      await outcome(phone, '没有同意隐私保护指引，什么也没有发生')
    }
  })

  story('does both in one tap: profile first, then the login', async ({ phone, server }) => {
    await openProfile(phone, '2022')
    await phone.button('登录并授权').click()
    await phone.answer('允许')
    await outcome(phone, '点击了同意授权，林小满 已登录')
    assert.equal((await server.users()).at(-1).nickName, '林小满')
  })

  story('leaves data in the file that another SQLite reads', async ({ phone, server }) => {
    await openProfile(phone, '2022')
    await phone.button('获取头像昵称').click()
    await phone.answer('允许')
    await shown(phone, '林小满')
    await phone.page.goto('about:blank')
    const row = (await server.stopAndReadUsers()).at(-1)
    assert.equal(row.nick_name, '林小满')
    assert.equal(row.city, '杭州')
    assert.ok(row.avatar_url.endsWith('/avatars/simulated.svg'), row.avatar_url)
  })
})

stories('the profile page in 2020', (story) => {
  story('falls back to the getUserInfo button where getUserProfile is missing', async ({ phone, server }) => {
    await openProfile(phone, '2020')
    assert.equal(await phone.button('选择').count(), 0)
    await phone.button('获取头像昵称').click()
    await phone.answer('允许')
    await outcome(phone, '服务器解密后存进了数据库：林小满')
    assert.equal((await server.users()).at(-1).nickName, '林小满')
  })

  story('logs in after consent by the button', async ({ phone, server }) => {
    await openProfile(phone, '2020')
    await phone.button('点击授权').click()
    await phone.answer('允许')
    await outcome(phone, '点击了同意授权，林小满 已登录')
    assert.equal((await server.users()).at(-1).nickName, '林小满')
  })

  story('logs “点击了拒绝授权” for every button that was refused', async ({ phone }) => {
    await openProfile(phone, '2020')
    for (const button of ['获取头像昵称', '点击授权', '获取微信资料']) {
      await phone.button(button).click()
      await phone.answer('拒绝')
      await outcome(phone, '点击了拒绝授权')
    }
  })

  story('takes headers built by hand from getSession() and WX_HEADER_*', async ({ phone, server }) => {
    await openProfile(phone, '2020')
    await phone.button('获取微信资料').click()
    await phone.answer('允许')
    await outcome(phone, '服务器解密后存进了数据库：林小满')
    assert.equal((await server.users()).at(-1).nickName, '林小满')
    assert.equal((await server.records()).logins.attempted, 1)
  })
})
