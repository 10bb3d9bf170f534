import { downloadFile, request, uploadFile, type Task } from 'wafer-client-wasm'
import { withCache } from 'wafer-client-wasm/extras/cache'
import { withDedupe } from 'wafer-client-wasm/extras/dedupe'
import { withInterceptors } from 'wafer-client-wasm/extras/interceptors'
import { withLoading } from 'wafer-client-wasm/extras/loading'
import { withRetry } from 'wafer-client-wasm/extras/retry'

const cached = withCache(request, { maxAgeMs: 1000, staleMs: 1000, limit: 3, key: ({ url }) => url })
cached.clear()
cached.clear('key')

// Each is what it wraps, generics and all.
const send = withLoading(withRetry(withDedupe(cached), { times: 3, shouldRetry: ({ tried }) => tried < 2 }), {
  mask: true
})
const task: Task<{ orders: number[] }> = send<{ orders: number[] }>({ login: true, url: '/orders' })
const orders: Promise<number[]> = task.then(({ data }) => data.orders)
task.abort()
withRetry(downloadFile)({ url: '/picture' }).onProgressUpdate(({ progress }) => progress)
withLoading(uploadFile)({ url: '/picture', filePath: 'wxfile://picture', name: 'picture' })

// Also where one is written into the other.
const all = withInterceptors(withLoading(withCache(withDedupe(withRetry(request)))))
const names: Promise<string[]> = all<{ names: string[] }>({ login: true, url: '/names' }).then(
  ({ data }) => data.names
)
all.interceptors.request.clear()
all.clear()

const intercepted = withInterceptors(request)
const id: number = intercepted.interceptors.request.use((options) => ({ ...options, header: { 'X-A': '1' } }))
intercepted.interceptors.request.eject(id)
intercepted.interceptors.response.use(null, (error) => Promise.reject(error))
intercepted.interceptors.response.clear()
intercepted({ url: '/orders' }).catch(() => undefined)
export { names, orders }

// @ts-expect-error ms are a number
withCache(request, { maxAgeMs: '1 minute' })
// @ts-expect-error no such option
withRetry(request, { retries: 3 })
// @ts-expect-error something that sends is wrapped
withDedupe('request')
// @ts-expect-error what is wrapped keeps its options
send({ url: 7 })
// @ts-expect-error one extra has no other's functions
withDedupe(request).clear()
