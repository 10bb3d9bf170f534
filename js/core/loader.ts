/** Loads the core: as WebAssembly from the code package or, where that cannot be, as plain JS. */
import type { Core } from '../../build/core/core'
import { settings } from '../app/configuration'
import { ERR_WASM_LOAD, RequestError } from '../app/errors'
import { emit } from '../app/events'
import { redacted, wordsOf } from '../app/secrets'
import { type AnyObject, NO_HOST, firstOf, hostObject, isObject, within } from '../host/wx'
import { attach, drain, failAll, liveCore } from './queue'
import { host } from './values'

declare const WXWebAssembly: any
declare const TTWebAssembly: any

/** How long the module may take to load, in ms. */
const LOAD_MS = 10000

// State of the module: one load at a time.
let loading: { path_: string } | undefined

const webAssembly = () => firstOf([() => WXWebAssembly, () => TTWebAssembly])

/** Starts loading, unless that is done, or under way from the path that is configured. */
export function load(): void {
  const path_ = settings.wasmPath
  if (liveCore || (loading && loading.path_ === path_)) return
  const own = (loading = { path_ })
  emit('load')
  const end = within(
    LOAD_MS,
    (error, answer) => {
      // An answer for a path that is configured no more counts for nothing.
      if (loading !== own) return
      loading = undefined
      loaded(error, answer)
    },
    'timeout'
  )
  try {
    webAssembly()
      .instantiate(path_, { module_: host })
      .then((answer: any) => end(0, answer), end)
  } catch (error) {
    end(error)
  }
}

function loaded(error: unknown, answer: any): void {
  if (hostObject()) {
    try {
      // Most hosts answer { instance }, some the instance itself.
      return attach((answer.instance || answer).exports as Core)
    } catch (reason) {
      error = error || reason
    }
    try {
      const fallback: any = settings.fallback && settings.fallback()
      if (fallback) return attach(fallback({ module_: host }).exports)
    } catch (reason) {
      error = reason
    }
  }
  emit('load-failed', ERR_WASM_LOAD)
  failAll(new RequestError(ERR_WASM_LOAD, explainLoad(error), redacted(error)))
  drain()
}

/** Says what failed and, by looking at what the host has and lacks, what to do. */
function explainLoad(error: unknown): string {
  if (!hostObject()) return NO_HOST
  const { errMsg, message }: AnyObject = isObject(error) ? error : { message: error }
  return (
    '内核加载失败：' +
    (webAssembly()
      ? settings.wasmPath +
        '；原生项目要构建 npm，打包工具要配置插件，分包要配置 wasmPath，npx wafer-client-wasm doctor 可以检查'
      : '没有 WXWebAssembly，请使用 2.14.0 以上的基础库，或配置 fallback') +
    '。原因：' +
    (wordsOf(errMsg) || wordsOf(message) || '未知')
  )
}
