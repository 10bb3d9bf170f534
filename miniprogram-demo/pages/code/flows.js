// What the other two pages do, each in the few lines that it takes. The browser tests run every one of them.
module.exports = [
  {
    id: 'setup',
    title: '配置一次',
    note: 'app.js。登录在第一次需要的时候自动发生。',
    js: `const qcloud = require('wafer-client-wasm')

App({
  onLaunch() {
    qcloud.setLoginUrl('https://example.com/login')
  }
})`
  },
  {
    id: 'request',
    title: '发请求',
    note: '不必关心登录态：没有就登录，过期就重新登录并重发。',
    js: `Page({
  onPullDownRefresh() {
    qcloud.request({
      login: true,
      url: 'https://example.com/user',
      success: ({ data }) => {
        this.setData({ user: data.data.userInfo })
      },
      fail(error) {
        wx.showToast({ title: error.message, icon: 'none' })
      },
      complete() {
        wx.stopPullDownRefresh()
      }
    })
  }
})`
  },
  {
    id: 'promise',
    title: '用 Promise',
    note: '不写回调，就得到 Promise。',
    js: `Page({
  load() {
    return qcloud
      .request({ login: true, url: 'https://example.com/user' })
      .then(({ data }) => this.setData({ user: data.data.userInfo }))
  }
})`
  },
  {
    id: 'avatar',
    title: '头像昵称填写',
    note: '现在的做法。头像是临时文件，带着登录态上传。',
    wxml: `<button open-type="chooseAvatar" bindchooseavatar="onChooseAvatar">
  选择头像
</button>
<input type="nickname" bindchange="onNickName" />`,
    js: `Page({
  onChooseAvatar({ detail }) {
    return qcloud.uploadFile({
      login: true,
      url: 'https://example.com/avatar',
      filePath: detail.avatarUrl,
      name: 'avatar'
    })
  },
  onNickName({ detail }) {
    return qcloud.request({
      login: true,
      url: 'https://example.com/profile',
      method: 'POST',
      data: { nickName: detail.value }
    })
  }
})`
  },
  {
    id: 'phone',
    title: '手机号',
    note: '按钮给出 code，服务器用它向微信换手机号。',
    wxml: `<button open-type="getPhoneNumber" bindgetphonenumber="getPhoneNumber">
  获取手机号
</button>`,
    js: `Page({
  getPhoneNumber({ detail }) {
    if (!detail.code) return
    return qcloud.request({
      login: true,
      url: 'https://example.com/phone',
      method: 'POST',
      data: { code: detail.code }
    })
  }
})`
  },
  {
    id: 'profile',
    title: 'wx.getUserProfile',
    note: '2021 到 2022 年。必须在点击事件里；加密数据总是配得上服务器手里的 session_key。',
    wxml: `<button bindtap="getUserProfile">获取头像昵称</button>`,
    js: `Page({
  getUserProfile() {
    return qcloud
      .getUserProfile({ desc: '用于完善会员资料' })
      .then(({ encryptedData, iv }) =>
        qcloud.request({
          login: true,
          url: 'https://example.com/user',
          encryptedData,
          iv
        })
      )
      .then(({ data }) => this.setData({ user: data.data.userInfo }))
  }
})`
  },
  {
    id: 'button',
    title: 'getUserInfo 按钮',
    note: '2018 到 2021 年。拒绝时没有 userInfo。',
    wxml: `<button open-type="getUserInfo" bindgetuserinfo="bindGetUserInfo">
  点击授权
</button>`,
    js: `Page({
  bindGetUserInfo({ detail }) {
    if (!detail.userInfo) {
      console.log('点击了拒绝授权')
      return
    }
    const { encryptedData, iv } = detail
    return qcloud.request({
      login: true,
      url: 'https://example.com/user',
      encryptedData,
      iv
    })
  }
})`
  },
  {
    id: 'headers',
    title: '手工请求头',
    note: '最初的 SDK 文档里的写法，仍然可用。',
    js: `Page({
  getUserInfo() {
    const session = qcloud.getSession()
    wx.getUserInfo({
      withCredentials: true,
      success: ({ encryptedData, iv }) => {
        const header = {}
        header[qcloud.WX_HEADER_ID] = session.id
        header[qcloud.WX_HEADER_SKEY] = session.skey
        header[qcloud.WX_HEADER_ENCRYPTED_DATA] = encryptedData
        header[qcloud.WX_HEADER_IV] = iv
        qcloud.request({
          login: true,
          url: 'https://example.com/user',
          header,
          success: ({ data }) => {
            this.setData({ user: data.data.userInfo })
          }
        })
      }
    })
  }
})`
  },
  {
    id: 'tunnel',
    title: '信道',
    note: '双向的消息，断线自动重连；离开页面时关闭。',
    js: `Page({
  onLoad() {
    this.tunnel = new qcloud.Tunnel('https://example.com/tunnel')
    this.tunnel.on('speak', ({ word }) => console.log(word))
    this.tunnel.on('error', ({ message }) => console.log(message))
    qcloud.login({ success: () => this.tunnel.open() })
  },

  speak() {
    this.tunnel.emit('speak', { word: '你好' })
  },

  onUnload() {
    this.tunnel.close()
  }
})`
  },
  {
    id: 'logout',
    title: '退出登录',
    note: '登录途中退出也算数，结果会被丢掉。',
    js: `Page({
  logOut() {
    qcloud.clearSession()
  }
})`
  },
  {
    id: 'events',
    title: '看 SDK 做了什么',
    note: '会话页的时间线就是这样画的；事件里没有密钥。',
    js: `App({
  onLaunch() {
    qcloud.onEvent(({ type, at, call }) => console.log(at, call, type))
  }
})`
  }
]
