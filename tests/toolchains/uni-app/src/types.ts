/** The package's types beside uni-app's. Compiled, never run. */
import qcloud, { type Task } from 'wafer-client-wasm'
import fallback from 'wafer-client-wasm/fallback'

type WithoutCallbacks<Options> = Omit<Options, 'success' | 'fail' | 'complete'>

qcloud.configure({ loginUrl: 'https://api.example.com/login', fallback: () => fallback })

/** What was written for uni-app goes to the package as it is. */
export function given(
  options: WithoutCallbacks<UniApp.RequestOptions>,
  download: WithoutCallbacks<UniApp.DownloadFileOption>
): void {
  qcloud.request({ login: true, ...options })
  qcloud.downloadFile({ login: true, ...download })
}

/** What the package answers goes to what was written for uni-app. */
export async function answered(task: Task<string>): Promise<UniApp.RequestSuccessCallbackResult> {
  return task
}

// @ts-expect-error a URL is text
qcloud.request({ url: 1 })
// @ts-expect-error the globals of WeChat do not come along with the package
export type Leaked = WechatMiniprogram.RequestOption
