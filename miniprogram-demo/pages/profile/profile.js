const language = require('../../demo/language')
const qcloud = require('wafer-client-wasm')
const current = require('./current')
const earlier = require('./earlier')

// The nickname that the server gives to a newcomer, as WeChat does.
const ANONYMOUS = '微信用户'

Page({
  data: {
    t: language.words().profile,
    stored: null,
    name: '',
    phoneNumber: '',
    avatarUrl: '',
    nickName: '',
    canIChooseAvatar: wx.canIUse('button.open-type.chooseAvatar'),
    canIUseGetUserProfile: false,
    outcome: '',
    tone: ''
  },

  onLoad() {
    if (wx.getUserProfile) this.setData({ canIUseGetUserProfile: true })
    qcloud.onSessionChange((session) => session || this.show(null))
  },

  onShow() {
    language.show(this, 'profile')
    this.show(this.data.stored)
    this.track('load', current.load())
  },

  // What the database holds, under the name that WeChat gives to everybody in the language of now.
  show(stored) {
    const t = language.words().profile
    const nickName = stored ? stored.nickName : t.signedOut
    this.setData({
      stored,
      name: nickName === ANONYMOUS ? t.anonymous : nickName,
      phoneNumber: t.phoneNumber(stored && stored.phoneNumber)
    })
  },

  // Shows what the database holds after a flow, or why the flow did not get that far.
  track(name, flow) {
    return flow.then(
      ({ user, outcome }) => {
        this.show(Object.assign({}, this.data.stored, user))
        if (outcome) this.setData({ outcome: outcome(language.words().profile), tone: 'good' })
      },
      (error) => {
        const t = language.words().profile
        // The SDK's own messages are for developers, in Chinese; its codes are for everybody.
        const reason = error.type ? t.failed(error.type) : error.message
        this.setData({ outcome: `${t.flows[name]}${t.colon}${reason}`, tone: 'bad' })
      }
    )
  },

  // Today: the user picks an avatar and types a nickname, or takes those that WeChat suggests.
  onChooseAvatar({ detail }) {
    this.setData({ avatarUrl: detail.avatarUrl })
  },

  onNickName({ detail }) {
    this.setData({ nickName: detail.value })
  },

  // WeChat checks nicknames after they were typed, and blanks those that it does not allow.
  onNickNameReview({ detail }) {
    if (!detail.pass) this.setData({ nickName: '' })
  },

  save() {
    const { avatarUrl, nickName } = this.data
    if (!avatarUrl && !nickName.trim()) {
      wx.showToast({ title: language.words().profile.nothingToSave, icon: 'none' })
      return
    }
    this.track('save', current.save(avatarUrl, nickName.trim())).then(() =>
      this.setData({ avatarUrl: '', nickName: '' })
    )
  },

  getPhoneNumber({ detail }) {
    this.track('phone', current.savePhoneNumber(detail))
  },

  // 2021 to 2022: wx.getUserProfile in a tap; older clients fall back to the button below.
  getUserProfile() {
    this.track('profile', earlier.profileInTap(language.words().profile.why))
  },

  getUserInfo({ detail }) {
    this.track('info', earlier.saveUserData(detail))
  },

  // 2018 to 2021: the button, and what follows consent or refusal.
  bindGetUserInfo({ detail }) {
    this.track('consent', earlier.loginAfterConsent(detail))
  },

  // The first SDK's README: wx.getUserInfo with credentials, and the headers built by hand.
  bindGetUserInfoByHand({ detail }) {
    this.track('headers', earlier.headersByHand(detail))
  },

  // One tap for both: wx.getUserProfile has to come first, because it needs the tap.
  profileThenLogin() {
    this.track('both', earlier.profileThenLogin(language.words().profile.whyBoth))
  }
})
