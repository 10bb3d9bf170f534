/** Handlers of one side, run in the manner of axios. */
export interface Handlers<Value> {
  /**
   * Adds handlers, as the two arguments of `then`: what they return goes on, what they throw goes to the next `rejected`.
   * Answers the number for `eject`.
   */
  use(
    fulfilled?: ((value: Value) => Value | PromiseLike<Value>) | null,
    rejected?: ((error: any) => any) | null
  ): number
  /** Removes the handlers of this number. */
  eject(id: number): void
  /** Removes all. */
  clear(): void
}

/** What `withInterceptors` adds. */
export interface Interceptors {
  /** Handlers of requests, and of answers. */
  interceptors: {
    /** Get the options before the request is sent, the last added first. */
    request: Handlers<any>
    /** Get the answer, whatever its status, or the error, the first added first. */
    response: Handlers<any>
  }
}

/**
 * `send` with handlers before and after, as in axios. `send` is `qcloud.request`, `uploadFile`, `downloadFile`, or one of
 * them with another extra.
 */
export declare function withInterceptors<Send extends Function>(send: Send): Send & Interceptors
