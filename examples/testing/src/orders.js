// As in a Taro or uni-app project: modules, which Vitest compiles.
import qcloud from 'wafer-client-wasm'

qcloud.configure({ loginUrl: 'https://api.example.com/login', baseUrl: 'https://api.example.com' })

/** The user's orders. */
export const load = () => qcloud.request({ login: true, url: '/orders' }).then(({ data }) => data.orders)

/** What to tell the user when that failed. */
export const explain = (error) =>
  error.type === qcloud.ERR_NETWORK ? '没有网络，下拉重试' : `出错了：${error.message}`
