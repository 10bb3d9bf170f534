/** What an app must not write: each line here is a compile error, and a test fails where one is not. */
import * as qcloud from 'wafer-client-wasm'
import type { CustomProtocol } from 'wafer-client-wasm'

export function configuration(): void {
  // @ts-expect-error a login URL is text
  qcloud.setLoginUrl(5)
  // @ts-expect-error a login URL is needed
  qcloud.setLoginUrl()
  // @ts-expect-error an unknown key
  qcloud.configure({ loginURL: 'https://api.example.com/login' })
  // @ts-expect-error options are needed
  qcloud.configure()
  // @ts-expect-error methods are in capitals
  qcloud.configure({ loginMethod: 'post' })
  // @ts-expect-error a mode that does not exist
  qcloud.configure({ loginMode: 'userInfo' })
  // @ts-expect-error a timeout is a number
  qcloud.configure({ timeout: '5000' })
  // @ts-expect-error origins are a list
  qcloud.configure({ trustedOrigins: 'https://files.example.com' })
  // @ts-expect-error a protocol that does not exist
  qcloud.configure({ protocol: 'wafer3' })
  // @ts-expect-error a mode that does not exist
  qcloud.configure({ checkSession: 'sometimes' })
  // @ts-expect-error an unknown deadline
  qcloud.configure({ deadlines: { requestMs: 1 } })
  // @ts-expect-error a level that does not exist
  qcloud.configure({ logLevel: 'info' })
  // @ts-expect-error a function that requires the fallback, not its path
  qcloud.configure({ fallback: 'wafer-client-wasm/fallback' })
  // @ts-expect-error a host is an object, not its name
  qcloud.configure({ host: 'tt' })
  // @ts-expect-error headers are text or numbers
  qcloud.configure({ header: { 'X-App': {} } })
  // @ts-expect-error a protocol has four functions
  qcloud.configure({ protocol: { loginRequest: () => ({}), parseLogin: () => ({}), header: () => ({}) } })
}

export const asynchronous: CustomProtocol<{ token: string }> = {
  // @ts-expect-error the request is needed at once
  loginRequest: async (code) => ({ data: { code } }),
  // @ts-expect-error not the session that the protocol speaks of
  parseLogin: () => ({ skey: 'a' }),
  // @ts-expect-error headers are text
  header: ({ token }) => ({ Authorization: { token } }),
  // @ts-expect-error yes or no
  isExpired: async () => false
}

export function logins(): void {
  // @ts-expect-error options are an object
  qcloud.login('https://api.example.com/login')
  // @ts-expect-error a callback is a function
  qcloud.login({ success: 'done' })
  // @ts-expect-error an unknown key: method and data of the login are configured
  qcloud.login({ method: 'POST' })
  // @ts-expect-error with callbacks there is no promise
  qcloud.login({ success() {} }).then(() => undefined)
  // @ts-expect-error with callbacks there is no promise
  qcloud.getUserInfo({ complete() {} }).then(() => undefined)
  // @ts-expect-error with callbacks there is no promise
  qcloud.getUserProfile({ desc: '用途', fail() {} }).then(() => undefined)
  // @ts-expect-error who calls decides at run time: there may be no promise
  qcloud.login({} as qcloud.LoginOptions).then(() => undefined)
  // @ts-expect-error the user's name may be missing
  qcloud.login({ success: ({ nickName }) => nickName.length })
  // @ts-expect-error a purpose is needed
  qcloud.getUserProfile({})
  // @ts-expect-error options are needed
  qcloud.getUserProfile()
  // @ts-expect-error a language that WeChat does not have
  qcloud.getUserInfo({ lang: 'fr' })
}

export async function requests(): Promise<void> {
  // @ts-expect-error a URL is needed
  qcloud.request({ login: true })
  // @ts-expect-error options are an object
  qcloud.request('https://api.example.com/user')
  // @ts-expect-error yes or no
  qcloud.request({ url: '/user', login: 'yes' })
  // @ts-expect-error an unknown key
  qcloud.request({ url: '/user', logn: true })
  // @ts-expect-error encrypted data is text
  qcloud.request({ url: '/user', encryptedData: new ArrayBuffer(1), iv: 'a' })
  // @ts-expect-error a host is an object, not its name
  qcloud.configure({ host: 'tt' })
  // @ts-expect-error headers are text or numbers
  qcloud.request({ url: '/user', header: { 'X-Trace': { id: 1 } } })
  // @ts-expect-error headers are an object
  qcloud.request({ url: '/user', header: 'X-Trace: 1' })
  // @ts-expect-error the name is text
  qcloud.request<{ name: string }>({ url: '/user', success: ({ data }) => data.name.toFixed() })
  // @ts-expect-error the name is text
  ;(await qcloud.request<{ name: string }>({ url: '/user' })).data.name.toFixed()
  // @ts-expect-error a code that does not exist
  qcloud.request({ url: '/user', fail: ({ type }) => type === 'ERR_SESSION_INVALID' })
  // @ts-expect-error a request has chunks, not progress
  qcloud.request({ url: '/user' }).onProgressUpdate(() => undefined)
  // @ts-expect-error abort takes nothing
  qcloud.request({ url: '/user' }).abort('now')
}

export async function transfers(): Promise<void> {
  // @ts-expect-error a file is needed
  qcloud.uploadFile({ url: '/avatar' })
  const upload = qcloud.uploadFile({ url: '/avatar', filePath: 'a', name: 'avatar' })
  // @ts-expect-error an upload has progress, not chunks
  upload.onChunkReceived(() => undefined)
  // @ts-expect-error an upload counts what it sent
  upload.onProgressUpdate(({ totalBytesWritten }) => totalBytesWritten)
  // @ts-expect-error an upload is answered text
  ;(await upload).data.name
  const download = qcloud.downloadFile({ url: '/file' })
  // @ts-expect-error a download has progress, not chunks
  download.onChunkReceived(() => undefined)
  // @ts-expect-error a download counts what it wrote
  download.onProgressUpdate(({ totalBytesSent }) => totalBytesSent)
  // @ts-expect-error a download has a path, not data
  ;(await download).data
}

export function sessions(): void {
  // @ts-expect-error there may be no session
  qcloud.getSession().skey
  // @ts-expect-error listeners are functions
  qcloud.onSessionChange('changed')
  // @ts-expect-error listeners are functions
  qcloud.onEvent()
  // @ts-expect-error an event that does not exist
  qcloud.onEvent(({ type }) => type === 'expire')
  // @ts-expect-error an error code that does not exist
  qcloud.onEvent(({ error }) => error === 'ERR_EXPIRED')
  // @ts-expect-error exports are constant
  qcloud.ERR_ABORTED = 'ERR_TIMEOUT'
  // @ts-expect-error an error says what happened
  new qcloud.LoginError(qcloud.ERR_LOGIN_FAILED)
  // @ts-expect-error an error has a code
  new qcloud.RequestError('oops', '出错')
  // @ts-expect-error a name that does not exist
  qcloud.constants.WX_HEADER_TOKEN
}

export function tunnels(): void {
  // @ts-expect-error an address is needed
  new qcloud.Tunnel()
  // @ts-expect-error an address is text
  new qcloud.Tunnel({ url: 'https://api.example.com/tunnel' })
  // @ts-expect-error a class wants new
  qcloud.Tunnel('https://api.example.com/tunnel')
  const tunnel = new qcloud.Tunnel('https://api.example.com/tunnel')
  // @ts-expect-error the tunnel alone says how it is
  tunnel.status = 'ACTIVE'
  // @ts-expect-error the service is the one that it was made for
  tunnel.serviceUrl = 'https://elsewhere.example/tunnel'
  // @ts-expect-error there may be no address yet
  tunnel.socketUrl.length
  // @ts-expect-error a status that does not exist
  tunnel.status === 'OPEN'
  // @ts-expect-error a method that does not exist
  tunnel.off('speak')
  // @ts-expect-error open takes nothing
  tunnel.open('https://api.example.com/tunnel')
  // @ts-expect-error a listener is needed
  tunnel.on('speak')
  // @ts-expect-error a listener is a function
  tunnel.on('speak', 'heard')
  // @ts-expect-error a type is text
  tunnel.on(1001, () => undefined)
  // @ts-expect-error the first argument is the type, which is text
  tunnel.on('*', (type) => type.word)
  // @ts-expect-error an error code that does not exist
  tunnel.on('error', ({ code }) => code === 1003)
  // @ts-expect-error an error of a tunnel has a code, not a type
  tunnel.on('error', ({ type }) => type)
  // @ts-expect-error a type is needed
  tunnel.emit()
  // @ts-expect-error a message has one content
  tunnel.emit('speak', 'hello', 'world')
  // @ts-expect-error codes are constant
  qcloud.Tunnel.ERR_RECONNECT = 2002
  // @ts-expect-error a number of times
  qcloud.Tunnel.MAX_RECONNECT_TRY_TIMES = '3'
  // @ts-expect-error a name that does not exist
  qcloud.Tunnel.STATUS_OPEN
}
