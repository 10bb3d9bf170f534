/** Which calls `withDedupe` takes for equal. */
export interface DedupeOptions {
  /**
   * Calls with the same key share one request; undefined: this one has its own. Default: GET requests by url, data,
   * header, login, dataType and responseType.
   */
  key?: (options: any) => string | undefined
}

/**
 * `send` where equal calls that are on their way share one request. Each has a task of its own; the request is aborted
 * when the last of them is. Each caller gets a copy of the answer. A change of the session ends the sharing.
 */
export declare function withDedupe<Send extends Function>(send: Send, options?: DedupeOptions): Send
