const nativeCalls = require('./demo/native-calls')
const qcloud = require('wafer-client-wasm')
const { baseUrl } = require('./config')

App({
  onLaunch() {
    nativeCalls.watch()
    qcloud.setLoginUrl(`${baseUrl}/login`)
  }
})
