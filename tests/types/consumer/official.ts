/** The package's types beside WeChat's own, whichever version the app has. Compiled, never run. */
import * as qcloud from 'wafer-client-wasm'

type Official<Name extends keyof Types> = Types[Name]
interface Types {
  options: Omit<WechatMiniprogram.RequestOption, 'success' | 'fail' | 'complete'>
  upload: Omit<WechatMiniprogram.UploadFileOption, 'success' | 'fail' | 'complete'>
  download: Omit<WechatMiniprogram.DownloadFileOption, 'success' | 'fail' | 'complete'>
}

/** What was written for wx goes to the package as it is. */
export function given(
  options: Official<'options'>,
  upload: Official<'upload'>,
  download: Official<'download'>,
  succeed: WechatMiniprogram.RequestSuccessCallback,
  uploaded: WechatMiniprogram.UploadFileSuccessCallback,
  downloaded: WechatMiniprogram.DownloadFileSuccessCallback
): void {
  qcloud.request(options)
  qcloud.request({ login: true, ...options, success: succeed })
  qcloud.uploadFile({ login: true, ...upload, success: uploaded })
  qcloud.downloadFile({ login: true, ...download, success: downloaded })
}

/** What the package answers goes to what was written for wx. */
export async function answered(
  task: qcloud.Task<string>,
  upload: qcloud.UploadTask,
  download: qcloud.DownloadTask
): Promise<[WechatMiniprogram.RequestTask, WechatMiniprogram.UploadTask, WechatMiniprogram.DownloadTask]> {
  const response: WechatMiniprogram.RequestSuccessCallbackResult = await task
  const sent: WechatMiniprogram.UploadFileSuccessCallbackResult = await upload
  const got: WechatMiniprogram.DownloadFileSuccessCallbackResult = await download
  console.log(response.data, sent.data, got.tempFilePath)
  return [task, upload, download]
}

/** And wx takes the package's options, with callbacks of its own. */
export function forwarded(
  // Wider than WeChat's own, for other hosts.
  { dataType: _data, responseType: _response, method: _method, ...options }: qcloud.HostRequestOptions,
  upload: qcloud.HostUploadOptions,
  download: qcloud.HostDownloadOptions
): void {
  const { httpDNSTimeout: _httpDNSTimeout, ...common } = options
  wx.request({ ...common, header: qcloud.buildSessionHeader() })
  wx.uploadFile({ ...upload, header: qcloud.buildSessionHeader() })
  wx.downloadFile({ ...download, header: qcloud.buildSessionHeader() })
}
