// What the other two pages do, each in the few lines that it takes, with words in the language of now. The browser
// tests run every one of them.
module.exports = (words) => [
  {
    id: 'setup',
    js: `const qcloud = require('wafer-client-wasm')

App({
  onLaunch() {
    qcloud.setLoginUrl('https://example.com/login')
  }
})`
  },
  {
    id: 'request',
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
    wxml: `<button open-type="chooseAvatar" bindchooseavatar="onChooseAvatar">
  ${words.choose}
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
    wxml: `<button open-type="getPhoneNumber" bindgetphonenumber="getPhoneNumber">
  ${words.phone}
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
    wxml: `<button bindtap="getUserProfile">${words.profile}</button>`,
    js: `Page({
  getUserProfile() {
    return qcloud
      .getUserProfile({ desc: '${words.why}' })
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
    wxml: `<button open-type="getUserInfo" bindgetuserinfo="bindGetUserInfo">
  ${words.agree}
</button>`,
    js: `Page({
  bindGetUserInfo({ detail }) {
    if (!detail.userInfo) {
      console.log('${words.denied}')
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
    js: `Page({
  onLoad() {
    this.tunnel = new qcloud.Tunnel('https://example.com/tunnel')
    this.tunnel.on('speak', ({ word }) => console.log(word))
    this.tunnel.on('error', ({ message }) => console.log(message))
    qcloud.login({ success: () => this.tunnel.open() })
  },

  speak() {
    this.tunnel.emit('speak', { word: '${words.greeting}' })
  },

  onUnload() {
    this.tunnel.close()
  }
})`
  },
  {
    id: 'logout',
    js: `Page({
  logOut() {
    qcloud.clearSession()
  }
})`
  },
  {
    id: 'events',
    js: `App({
  onLaunch() {
    qcloud.onEvent(({ type, at, call }) => console.log(at, call, type))
  }
})`
  }
]
