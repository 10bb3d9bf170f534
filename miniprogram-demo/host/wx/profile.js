import { api, Failure } from './callbacks.js'

const ANONYMOUS = {
  nickName: '微信用户',
  gender: 0,
  language: 'zh_CN',
  city: '',
  province: '',
  country: '',
  avatarUrl: new URL('assets/avatar-anonymous.svg', document.baseURI).href
}

/**
 * The ways in which WeChat has handed out nickname and avatar over the years. `settings.era` says which of them this
 * WeChat follows:
 *   2020  getUserInfo with a dialog behind the button; getUserProfile does not exist yet
 *   2022  getUserProfile with a dialog; getUserInfo is anonymous
 *   today both are anonymous; the user fills in avatar and nickname
 */
export class Profile {
  constructor({ settings, simulator, privacy, dialogs }) {
    this.settings = settings
    this.simulator = simulator
    this.privacy = privacy
    this.dialogs = dialogs
    this.granted = false
    this.api = {
      getUserInfo: api('getUserInfo', (options) => this.getUserInfo(options)),
      getSetting: api('getSetting', () => ({ authSetting: { 'scope.userInfo': this.granted } }))
    }
    if (settings.era !== '2020') {
      this.api.getUserProfile = api('getUserProfile', (options) => this.getUserProfile(options))
    }
    this.openTypes = {
      getUserInfo: () => this.answer('getUserInfo', () => this.tapGetUserInfo()),
      getPhoneNumber: () => this.answer('getPhoneNumber', () => this.tapGetPhoneNumber()),
      chooseAvatar: () => this.tapChooseAvatar()
    }
  }

  /** Buttons report a refusal in their event, not by an exception. */
  async answer(name, work) {
    try {
      return { ...(await work()), errMsg: `${name}:ok` }
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      return { ...error.fields, errMsg: `${name}:fail ${error.message}` }
    }
  }

  async getUserProfile({ desc }) {
    if (!desc) throw new Failure('desc length does not meet the requirements')
    if (this.settings.era === 'today') return this.data(ANONYMOUS)
    await this.privacy.require()
    if (!(await this.dialogs.confirmProfile(this.settings.profile, desc))) throw new Failure('auth deny')
    return this.data(this.settings.profile)
  }

  async getUserInfo({ withCredentials }) {
    if (this.settings.era !== '2020') return this.data(ANONYMOUS, withCredentials)
    if (!this.granted) throw new Failure('scope unauthorized')
    return this.data(this.settings.profile, withCredentials)
  }

  async tapGetUserInfo() {
    if (this.settings.era !== '2020') return this.data(ANONYMOUS)
    await this.privacy.require()
    if (!this.granted && !(await this.dialogs.confirmProfile(this.settings.profile))) {
      throw new Failure('auth deny')
    }
    this.granted = true
    return this.data(this.settings.profile)
  }

  async tapGetPhoneNumber() {
    await this.privacy.require()
    if (!(await this.dialogs.confirmPhone())) throw new Failure('user deny')
    const { code } = await this.simulator.ask('phone-code')
    return { code }
  }

  async tapChooseAvatar() {
    try {
      await this.privacy.require()
    } catch {
      return null
    }
    const avatarUrl = await this.dialogs.chooseAvatar(this.settings.picture)
    return avatarUrl && { avatarUrl }
  }

  /** What a user-info API answers. WeChat encrypts only for somebody who has logged in. */
  async data(userInfo, withCredentials = true) {
    const encrypted = withCredentials && (await this.simulator.encrypt(userInfo))
    if (!encrypted) return { userInfo, rawData: JSON.stringify(userInfo) }
    return encrypted
  }
}
