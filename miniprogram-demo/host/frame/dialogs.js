import { element } from './element.js'

const heading = (text) => element('h2', { class: 'permission__heading' }, text)
const note = (text) => element('p', { class: 'permission__note' }, text)
const person = (image, name, origin) =>
  element(
    'div',
    { class: 'permission__person' },
    ...image,
    element(
      'div',
      {},
      element('div', { class: 'permission__name' }, name),
      element('div', { class: 'permission__note' }, origin)
    )
  )

/** The dialogs that WeChat itself shows: privacy, profile, phone number, avatar. */
export function createDialogs(overlays, settings) {
  return {
    confirmPrivacy(contract) {
      const { words } = settings
      return overlays.permission({
        title: words.app,
        body: [heading(words.privacy), note(words.privacyText(contract))],
        refuse: words.refuse,
        accept: words.agree
      })
    },

    confirmProfile({ nickName, avatarUrl }, why) {
      const { words } = settings
      const image = element('img', { src: avatarUrl, alt: '' })
      return overlays.permission({
        title: words.asks(words.app),
        body: [
          heading(words.profile),
          note(why || words.profileWhy),
          person([image], nickName, words.profileOf)
        ],
        refuse: words.refuse,
        accept: words.allow
      })
    },

    confirmPhone() {
      const { words } = settings
      return overlays.permission({
        title: words.asks(words.app),
        body: [heading(words.phone), note(words.phoneWhy), person([], '+86 170 **** ****', words.phoneOf)],
        refuse: words.disallow,
        accept: words.allow
      })
    },

    async chooseAvatar(picture) {
      const { words } = settings
      const choice = await overlays.menu([words.wechatAvatar, words.album])
      if (choice === 0) return temporaryFile(await (await fetch(picture)).blob())
      return choice === 1 ? pickImage() : null
    }
  }
}

/** Browsers have no `http://tmp/` addresses; a blob's serves as well, for `<image>` and for wx.uploadFile. */
const temporaryFile = (blob) => URL.createObjectURL(blob)

function pickImage() {
  return new Promise((resolve) => {
    const input = element('input', { type: 'file', accept: 'image/png,image/jpeg,image/webp' })
    input.addEventListener('change', () => resolve(temporaryFile(input.files[0])))
    input.addEventListener('cancel', () => resolve(null))
    input.click()
  })
}
