// What every project of this folder does with the package, in the words of the documents.
import qcloud, { request } from 'wafer-client-wasm'
import * as names from 'wafer-client-wasm'
import { withRetry } from 'wafer-client-wasm/extras/retry'
import fallback from 'wafer-client-wasm/fallback'

const send = withRetry(request)

export function start(host, options) {
  const { server } = host.getLaunchOptionsSync().query
  names.configure({ baseUrl: server, fallback: () => fallback, ...options })
  qcloud.setLoginUrl(`${server}/login`)
  // The test shows the app once for each request.
  host.onAppShow(() => {
    send({
      login: true,
      url: '/user',
      success: ({ statusCode }) => console.log('answered', statusCode),
      fail: ({ type, message }) => console.error(type, message)
    })
  })
}
