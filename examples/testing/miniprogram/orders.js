// As in a native mini-program: CommonJS, without a compiler.
const qcloud = require('wafer-client-wasm')

qcloud.configure({ loginUrl: 'https://api.example.com/login', baseUrl: 'https://api.example.com' })

/** The user's orders. */
exports.load = () => qcloud.request({ login: true, url: '/orders' }).then(({ data }) => data.orders)

/** What to tell the user when that failed. */
exports.explain = (error) =>
  error.type === qcloud.ERR_NETWORK ? '没有网络，下拉重试' : `出错了：${error.message}`
