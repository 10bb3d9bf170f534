/**
 * wx storage: values are copied in and out as the device serialises them; a missing key reads as ''. 1 MB a key, 10 MB in
 * all; with `state.storageFull` nothing more goes in.
 * A Map may be shared by several fakes: a restart of the app, or two packages in one app.
 */
import { HostFailure } from './host.mjs'

const LONGEST_VALUE = 1024 * 1024
const LIMIT_KB = 10 * 1024

function sizeOf(values) {
  let size = 0
  for (const serialised of values.values()) size += serialised.length
  return size
}

export function createStorage(host, initial, state) {
  const values = initial instanceof Map ? initial : new Map()
  if (!(initial instanceof Map)) {
    for (const key of Object.keys(initial)) values.set(key, JSON.stringify(initial[key]))
  }

  const read = (key) => {
    const stored = values.get(key)
    return stored === undefined ? '' : JSON.parse(stored)
  }
  const write = (key, value) => {
    if (typeof key !== 'string' || key === '') throw new HostFailure('parameter error: invalid key')
    const serialised = JSON.stringify(value === undefined ? '' : value)
    if (serialised.length > LONGEST_VALUE) throw new HostFailure('exceed storage item max length')
    const others = sizeOf(values) - (values.get(key)?.length ?? 0)
    if (state.storageFull || others + serialised.length > LIMIT_KB * 1024) {
      throw new HostFailure('exceed storage max size')
    }
    values.set(key, serialised)
  }
  const info = () => ({
    keys: [...values.keys()],
    currentSize: Math.ceil(sizeOf(values) / 1024),
    limitSize: LIMIT_KB
  })

  /* Benchmarks charge the SDK for its calls, not for the fake's JSON: parsed once, handed out as it is. */
  const parsed = new Map()
  const readShared = (key) => {
    const stored = values.get(key)
    const cached = parsed.get(key)
    if (cached && cached.stored === stored) return cached.value
    const value = read(key)
    parsed.set(key, { stored, value })
    return value
  }

  const sync = (api, work) => {
    return (key, value) => {
      if (host.bare) {
        host.counts[api] = (host.counts[api] ?? 0) + 1
        return work(key, value)
      }
      return host.callSync(api, value === undefined ? { key } : { key, data: value }, () => work(key, value))
    }
  }
  const async = (api, work) => (options) => host.call(api, options, () => work(options ?? {}))

  return {
    values,
    api: {
      getStorageSync: sync('getStorageSync', host.keepsLog ? read : readShared),
      setStorageSync: sync('setStorageSync', write),
      removeStorageSync: sync('removeStorageSync', (key) => void values.delete(key)),
      clearStorageSync: () => host.callSync('clearStorageSync', undefined, () => values.clear()),
      getStorageInfoSync: () => host.callSync('getStorageInfoSync', undefined, info),
      getStorage: async('getStorage', ({ key }) => {
        if (!values.has(key)) throw new HostFailure('data not found')
        return { data: read(key) }
      }),
      setStorage: async('setStorage', ({ key, data }) => write(key, data)),
      removeStorage: async('removeStorage', ({ key }) => void values.delete(key)),
      clearStorage: async('clearStorage', () => values.clear()),
      getStorageInfo: async('getStorageInfo', info)
    }
  }
}
