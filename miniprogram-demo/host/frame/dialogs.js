import { element } from './element.js'

const heading = (text) => element('h3', { class: 'permission__heading' }, text)
const note = (text) => element('p', { class: 'permission__note' }, text)

/** The dialogs that WeChat itself shows: privacy, profile, phone number, avatar. */
export function createDialogs(overlays, title) {
  return {
    confirmPrivacy: (contract) =>
      overlays.permission({
        title,
        body: [
          heading('用户隐私保护提示'),
          note(`在你使用服务之前，请仔细阅读${contract}。如果你同意，请点击“同意”开始使用。`)
        ],
        refuse: '拒绝',
        accept: '同意'
      }),

    confirmProfile: ({ nickName, avatarUrl }, desc) =>
      overlays.permission({
        title: `${title} 申请`,
        body: [
          heading('获取你的昵称、头像'),
          note(desc || '用于在小程序中显示'),
          element(
            'div',
            { class: 'permission__person' },
            element('img', { src: avatarUrl, alt: '' }),
            element(
              'div',
              {},
              element('div', { class: 'permission__name' }, nickName),
              element('div', { class: 'permission__note' }, '微信个人信息')
            )
          )
        ],
        refuse: '拒绝',
        accept: '允许'
      }),

    confirmPhone: () =>
      overlays.permission({
        title: `${title} 申请`,
        body: [
          heading('获取并验证你的手机号'),
          note('小程序只拿到一个 code，手机号由服务器向微信换取'),
          element(
            'div',
            { class: 'permission__person' },
            element(
              'div',
              {},
              element('div', { class: 'permission__name' }, '+86 170 **** ****'),
              element('div', { class: 'permission__note' }, '微信绑定号码')
            )
          )
        ],
        refuse: '不允许',
        accept: '允许'
      }),

    chooseAvatar: async ({ avatarUrl }) => {
      const choice = await overlays.menu(['用微信头像', '从相册选择'])
      if (choice === 0) return temporaryFile(await (await fetch(avatarUrl)).blob())
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
