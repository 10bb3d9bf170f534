// What a page in JavaScript gets from its editor: the same types, checked.
const qcloud = require('wafer-client-wasm')
const { constants } = require('wafer-client-wasm')

qcloud.request({
  login: true,
  url: 'https://api.example.com/user',
  success(res) {
    return res.statusCode.toFixed()
  },
  fail(err) {
    return err.message.length
  },
  complete() {
    wx.stopPullDownRefresh()
  }
})

// @ts-expect-error an unknown key
qcloud.configure({ loginURL: 'https://api.example.com/login' })

exports.header = { [constants.WX_HEADER_SKEY]: 'a' }
