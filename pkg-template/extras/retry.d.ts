/** How `withRetry` tries again. */
export interface RetryOptions {
  /** How often at most. Default 2: three requests in all. */
  times?: number
  /** The first wait is at most this long, in ms; each further one twice as long. Chance decides between 0 and that. Default 500. */
  delayMs?: number
  /** No wait is longer, in ms; if the server asks for more, the call ends as it is. Default 30000. */
  maxDelayMs?: number
  /** What may be sent twice. Default: the idempotent methods, GET, HEAD, OPTIONS, TRACE, PUT, DELETE. */
  methods?: string[]
  /**
   * Whether this outcome, an answer or an error, is one to try again after. Default: no answer (ERR_NETWORK,
   * ERR_TIMEOUT), HTTP 408, 429, 500, 502, 503, 504, and a login that says when the next is allowed (`retryAfterMs`).
   */
  shouldRetry?: (attempt: {
    /** An answer, or an error with `type`. */
    outcome: any
    /** How many requests there were. */
    tried: number
    /** The call's options. */
    options: any
  }) => boolean
}

/**
 * `send` with more tries where one fails: full-jitter back-off, never before `Retry-After`. Calls with
 * `encryptedData` are sent once. A call that waits for its next try while the user logs out, or the session is replaced,
 * ends with the outcome of its last try. Listeners of the task hear every try.
 */
export declare function withRetry<Send extends Function>(send: Send, options?: RetryOptions): Send
