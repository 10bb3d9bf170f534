const KEY = 'host:settings'

const PROFILE = {
  nickName: '林小满',
  gender: 2,
  language: 'zh_CN',
  city: '杭州',
  province: '浙江',
  country: '中国'
}

/**
 * Which WeChat this is: the person signed in to it (`?user=` in the address names another one), how old it is, and
 * whether that person agreed to the privacy terms. Outlives a reload, as WeChat's own memory does.
 */
export class Settings {
  constructor() {
    const stored = JSON.parse(localStorage.getItem(KEY) || '{}')
    this.user = new URLSearchParams(location.search).get('user') || 'demo'
    this.profile = { ...PROFILE, avatarUrl: new URL('assets/avatar-user.png', document.baseURI).href }
    this.values = { era: 'today', privacyAgreed: false, ...stored }
  }

  get era() {
    return this.values.era
  }

  set era(era) {
    this.save({ era })
  }

  get privacyAgreed() {
    return this.values.privacyAgreed
  }

  set privacyAgreed(privacyAgreed) {
    this.save({ privacyAgreed })
  }

  save(change) {
    Object.assign(this.values, change)
    localStorage.setItem(KEY, JSON.stringify(this.values))
  }
}
