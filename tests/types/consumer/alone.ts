/** The package in a project that has no typings of WeChat's. Compiled, never run. */
import * as qcloud from 'wafer-client-wasm'

qcloud
  .request({ url: '/user', dataType: 'json', enableChunked: true })
  .then(({ statusCode, header, data }) => {
    const status: number = statusCode
    // @ts-expect-error a status is a number
    status.length
    return [header['Content-Type'], data.anything]
  })
// @ts-expect-error a URL is text
qcloud.request({ url: 1 })
// @ts-expect-error a method is a method
qcloud.request({ url: '/user', method: 'get' })
// @ts-expect-error an option that does not exist
qcloud.request({ url: '/user', retries: 3 })
// @ts-expect-error a file is needed
qcloud.uploadFile({ url: '/avatar', name: 'avatar' })
qcloud
  .uploadFile({ url: '/avatar', name: 'avatar', filePath: 'a' })
  .onProgressUpdate(({ totalBytesSent }) => {
    // @ts-expect-error bytes are a number
    totalBytesSent.length
  })
// @ts-expect-error the globals of WeChat do not come along with the package
wx.request({ url: '/user' })
// @ts-expect-error nor do its types
export let leaked: WechatMiniprogram.RequestOption
