const qcloud = require('wafer-client-wasm')
const current = require('./current')
const earlier = require('./earlier')

Page({
  data: {
    stored: null,
    avatarUrl: '',
    nickName: '',
    canIChooseAvatar: wx.canIUse('button.open-type.chooseAvatar'),
    canIUseGetUserProfile: false,
    outcome: ''
  },

  onLoad() {
    if (wx.getUserProfile) this.setData({ canIUseGetUserProfile: true })
    qcloud.onSessionChange((session) => session || this.setData({ stored: null }))
  },

  onShow() {
    this.track('读取资料', current.load())
  },

  // Shows what the database holds after a flow, or why the flow did not get that far.
  track(name, flow) {
    return flow.then(
      ({ user, outcome }) => {
        const stored = Object.assign({}, this.data.stored, user)
        getApp().globalData.user = stored
        this.setData({ stored })
        if (outcome) this.setData({ outcome })
      },
      (error) => this.setData({ outcome: `${name}：${error.message}` })
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
      wx.showToast({ title: '请先选头像或填昵称', icon: 'none' })
      return
    }
    this.track('保存', current.save(avatarUrl, nickName.trim())).then(() =>
      this.setData({ avatarUrl: '', nickName: '' })
    )
  },

  getPhoneNumber({ detail }) {
    this.track('手机号', current.savePhoneNumber(detail))
  },

  // 2021 to 2022: wx.getUserProfile in a tap; older clients fall back to the button below.
  getUserProfile() {
    this.track('getUserProfile', earlier.profileInTap('用于完善会员资料'))
  },

  getUserInfo({ detail }) {
    this.track('getUserInfo', earlier.saveUserData(detail))
  },

  // 2018 to 2021: the button, and what follows consent or refusal.
  bindGetUserInfo({ detail }) {
    this.track('授权登录', earlier.loginAfterConsent(detail))
  },

  // The first SDK's README: wx.getUserInfo with credentials, and the headers built by hand.
  bindGetUserInfoByHand({ detail }) {
    this.track('手工请求头', earlier.headersByHand(detail))
  },

  // One tap for both: wx.getUserProfile has to come first, because it needs the tap.
  profileThenLogin() {
    this.track('登录并授权', earlier.profileThenLogin('展示用户信息'))
  }
})
