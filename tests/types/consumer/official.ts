/** The package's types beside WeChat's own, whichever version the app has. Compiled, never run. */
import * as qcloud from 'wafer-client-wasm'
import type { HostApi } from 'wafer-client-wasm/testing'

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

/** Code that was written for wx calls the testing kit's fake. */
export async function faked(
  fake: HostApi,
  options: Official<'options'>,
  upload: Official<'upload'>,
  download: Official<'download'>,
  succeed: WechatMiniprogram.RequestSuccessCallback
): Promise<[WechatMiniprogram.RequestTask, WechatMiniprogram.UploadTask, WechatMiniprogram.DownloadTask]> {
  const { code }: WechatMiniprogram.LoginSuccessCallbackResult = await fake.login()
  const { data }: WechatMiniprogram.GetStorageSuccessCallbackResult = await fake.getStorage({ key: code })
  const launch: { scene: number } = fake.getLaunchOptionsSync()
  console.log(data, launch.scene)
  fake.checkSession({ success: () => {}, fail: () => {} })
  const login: WechatMiniprogram.LoginOption = { success: ({ code }) => code }
  fake.login({ success: () => {}, ...login })
  return [
    fake.request({ ...options, success: succeed }),
    fake.uploadFile(upload),
    fake.downloadFile(download)
  ]
}
