const nativeCalls = require('./demo/native-calls')
const qcloud = require('wafer-client-wasm')
const { baseUrl } = require('./config')

App({
  // What the server last said of the user, for all pages.
  globalData: { user: null },

  onLaunch() {
    nativeCalls.watch()
    qcloud.configure({
      loginUrl: `${baseUrl}/login`,
      // The same core as plain JavaScript, for runtimes without WXWebAssembly.
      fallback: () => require('wafer-client-wasm/fallback'),
      // Who taps through this demo logs in and out more often than people do; the default is 5.
      maxLoginsPerMinute: 60
    })
  }
})
