/** The package as most apps import it, with its fallback. Compiled, never run. */
import qcloud, { request, type Task } from 'wafer-client-wasm'
import fallback from 'wafer-client-wasm/fallback'

qcloud.setLoginUrl('https://api.example.com/login')
qcloud.configure({ fallback: () => fallback })

export const task: Task<{ name: string }> = qcloud.request({ login: true, url: '/user' })
export const other: qcloud.Task<{ name: string }> = request({ url: '/user' })

// @ts-expect-error a URL is text
qcloud.request({ url: 1 })
// @ts-expect-error a URL is text
request({ url: 1 })
// @ts-expect-error a name that does not exist
qcloud.requests({ url: '/user' })
