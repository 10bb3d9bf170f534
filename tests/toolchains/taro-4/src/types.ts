/** The package's types beside Taro's, in a project that checks libraries too. Compiled, never run. */
import Taro from '@tarojs/taro'
import qcloud, { type Task } from 'wafer-client-wasm'
import fallback from 'wafer-client-wasm/fallback'

type WithoutCallbacks<Options> = Omit<Options, 'success' | 'fail' | 'complete'>

qcloud.configure({ loginUrl: 'https://api.example.com/login', fallback: () => fallback })

/** What was written for Taro goes to the package as it is. */
export function given(
  options: WithoutCallbacks<Taro.request.Option>,
  upload: WithoutCallbacks<Taro.uploadFile.Option>,
  download: WithoutCallbacks<Taro.downloadFile.Option>
): void {
  qcloud.request({ login: true, ...options })
  qcloud.uploadFile({ login: true, ...upload })
  qcloud.downloadFile({ login: true, ...download })
}

/** What the package answers goes to what was written for Taro. */
export async function answered(
  task: Task<{ name: string }>
): Promise<Taro.request.SuccessCallbackResult<{ name: string }>> {
  return task
}

// @ts-expect-error a URL is text
qcloud.request({ url: 1 })
// @ts-expect-error the globals of WeChat do not come along with the package
export type Leaked = WechatMiniprogram.RequestOption
