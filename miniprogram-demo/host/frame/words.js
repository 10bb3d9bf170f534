/** The words of the frame: what WeChat itself and the browser page say around the mini-program. */
const WORDS = {
  zh: {
    lang: 'zh-CN',
    settings: '模拟的微信',
    era: '微信的年代',
    eras: {
      today: ['今天', '昵称和头像由用户自己填写'],
      2022: ['2022 年', 'getUserProfile 弹窗给出真实资料'],
      2020: ['2020 年', 'getUserInfo 按钮给出真实资料，还没有 getUserProfile']
    },
    withdraw: '撤回隐私授权',
    withdrawn: '已撤回',
    clear: '清除小程序数据并重启',
    menu: '模拟器设置',
    restart: '重新打开小程序',
    close: '关闭',
    choose: '请选择',
    cancel: '取消',
    confirm: '确定',
    app: 'Wafer 会话演示',
    asks: (app) => `${app} 申请`,
    privacy: '用户隐私保护提示',
    privacyText: (contract) => `在你使用服务之前，请仔细阅读${contract}。如果你同意，请点击“同意”开始使用。`,
    contract: '《Wafer 会话演示隐私保护指引》',
    refuse: '拒绝',
    agree: '同意',
    allow: '允许',
    disallow: '不允许',
    profile: '获取你的昵称、头像',
    profileWhy: '用于在小程序中显示',
    profileOf: '微信个人信息',
    phone: '获取并验证你的手机号',
    phoneWhy: '小程序只拿到一个 code，手机号由服务器向微信换取',
    phoneOf: '微信绑定号码',
    wechatAvatar: '用微信头像',
    album: '从相册选择',
    wechatName: '用微信昵称',
    copied: '内容已复制',
    person: { nickName: '林小满', city: '杭州', province: '浙江', country: '中国' }
  },
  en: {
    lang: 'en',
    settings: 'The simulated WeChat',
    era: 'WeChat as of',
    eras: {
      today: ['today', 'Name and avatar are filled in by the user'],
      2022: ['2022', 'getUserProfile shows a dialog and gives the real profile'],
      2020: ['2020', 'The getUserInfo button gives the real profile; no getUserProfile yet']
    },
    withdraw: 'Withdraw consent to privacy terms',
    withdrawn: 'Withdrawn',
    clear: 'Clear the mini-program’s data and restart',
    menu: 'Simulator settings',
    restart: 'Open the mini-program again',
    close: 'Close',
    choose: 'Choose one',
    cancel: 'Cancel',
    confirm: 'OK',
    app: 'Wafer session demo',
    asks: (app) => `${app} asks to`,
    privacy: 'Privacy terms',
    privacyText: (contract) => `Before you use this service, please read ${contract}. Tap “Agree” to go on.`,
    contract: '“Privacy terms of the Wafer session demo”',
    refuse: 'Refuse',
    agree: 'Agree',
    allow: 'Allow',
    disallow: 'Deny',
    profile: 'Get your nickname and avatar',
    profileWhy: 'to show them in the mini-program',
    profileOf: 'your WeChat profile',
    phone: 'Get and verify your phone number',
    phoneWhy: 'The mini-program gets a code only; the server asks WeChat for the number',
    phoneOf: 'bound to your WeChat',
    wechatAvatar: 'Use my WeChat avatar',
    album: 'Choose from album',
    wechatName: 'Use my WeChat name',
    copied: 'Copied',
    person: { nickName: 'Lin Xiaoman', city: 'Hangzhou', province: 'Zhejiang', country: 'China' }
  }
}

/** Where the mini-program keeps the language that the person chose in it. */
export const CHOICE = 'demo:language'

/** The language of the browser as WeChat would name it. */
export const systemLanguage = () => (/^zh/i.test(navigator.language) ? 'zh_CN' : 'en')

/** The words of the language that was chosen in the mini-program, else of the browser's. */
export function words(chosen) {
  return WORDS[chosen] ?? WORDS[systemLanguage().slice(0, 2)]
}
