/**
 * What `wafer-client-wasm/testing` is made of, in every engine. pkg-template/testing adds what takes Node: AES, the
 * package's files, globals.
 */
export { VirtualClock, systemClock } from './clock.mjs'
export { Random } from './random.mjs'
export { BearerServer, SESSION_KEY, Wafer2Server, WaferServer } from './servers.mjs'
export { WeChat } from './wechat.mjs'
export { createWx } from './wx.mjs'
export { createWXWebAssembly } from './wxwebassembly.mjs'
