const nativeCalls = require('./demo/native-calls')
const qcloud = require('wafer-client-wasm')
const { baseUrl } = require('./config')

App({
  // What the server last said of the user, for all pages.
  globalData: { user: null },

  onLaunch() {
    nativeCalls.watch()
    qcloud.setLoginUrl(`${baseUrl}/login`)
  }
})
