/** How `withCache` keeps answers. */
export interface CacheOptions {
  /** How long an answer is fresh, in ms. Default 60000. */
  maxAgeMs?: number
  /** How long after that it is still given out while a new one is fetched, in ms. Default 0. */
  staleMs?: number
  /** How many answers are kept; the oldest go first. Default 100. */
  limit?: number
  /**
   * Under which key an answer is kept; undefined: it is not. Default: GET requests by url, data, header, login, dataType and
   * responseType.
   */
  key?: (options: any) => string | undefined
}

/** What `withCache` adds. */
export interface Cache {
  /** Forgets the answer of this key, or all; what is on its way is not kept. */
  clear(key?: string): void
}

/**
 * `send` with answers kept in memory, those with a status of 200 to 299. When the session changes, they are forgotten: they
 * belong to its user. Each caller gets a copy.
 */
export declare function withCache<Send extends Function>(send: Send, options?: CacheOptions): Send & Cache
