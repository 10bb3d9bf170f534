import { api, Failure } from './callbacks.js'

const PREFIX = 'miniprogram:'
const listeners = new Set()
const LIMIT_BYTES = 1024 * 1024

export const read = (key) => {
  const stored = localStorage.getItem(PREFIX + key)
  return stored === null ? undefined : JSON.parse(stored).value
}

const write = (key, value) => {
  const stored = JSON.stringify({ value })
  if (stored.length > LIMIT_BYTES) throw new Failure('entry size limit reached')
  localStorage.setItem(PREFIX + key, stored)
  for (const listener of listeners) listener(key)
}

/** Lets the host hear which keys the mini-program writes. */
export const onWrite = (listener) => void listeners.add(listener)

const remove = (key) => localStorage.removeItem(PREFIX + key)

const clear = () => {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX)) localStorage.removeItem(name)
  }
}

/** A mini-program's storage, in the browser's localStorage. */
export const storage = {
  getStorageSync: (key) => read(key) ?? '',
  setStorageSync: write,
  removeStorageSync: remove,
  clearStorageSync: clear,
  getStorage: api('getStorage', ({ key }) => {
    const data = read(key)
    if (data === undefined) throw new Failure('data not found')
    return { data }
  }),
  setStorage: api('setStorage', ({ key, data }) => void write(key, data)),
  removeStorage: api('removeStorage', ({ key }) => void remove(key)),
  clearStorage: api('clearStorage', clear)
}
