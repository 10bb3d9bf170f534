/** What `withLoading` shows. */
export interface LoadingOptions {
  /** Its words. Default 加载中. */
  title?: string
  /** Whether taps are kept from what lies below. Default false. */
  mask?: boolean
  /** Calls that end sooner show nothing, in ms. Default 300. */
  delayMs?: number
  /** The object with `showLoading` and `hideLoading`: `Taro`, `uni` … Default `wx`. */
  host?: object
}

/** `send` with `wx.showLoading` while calls are on their way: one for all, gone with the last. */
export declare function withLoading<Send extends Function>(send: Send, options?: LoadingOptions): Send
