/** What an app writes, with the types that it gets without naming them. Compiled, never run. */
import * as qcloud from 'wafer-client-wasm'
import { constants, type CustomProtocol, type LifecycleEvent, type RequestOptions } from 'wafer-client-wasm'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_Claim extends true>(): void => undefined

interface User {
  name: string
}

export function configuration(): void {
  qcloud.setLoginUrl('https://api.example.com/login')
  qcloud.configure({})
  qcloud.configure({
    loginUrl: 'https://api.example.com/login',
    loginMethod: 'POST',
    loginData: { from: 'demo' },
    loginMode: 'code+userInfo',
    wasmPath: '/core.wasm.br',
    fallback: () => ({}),
    host: wx,
    baseUrl: 'https://api.example.com',
    header: { 'X-App': 'demo', 'X-Version': 3, 'X-None': undefined },
    timeout: 5000,
    trustedOrigins: ['https://files.example.com'],
    protocol: 'wafer2',
    checkSession: 'always',
    deadlines: { loginMs: 1, checkSessionMs: 2, loginRequestMs: 3 },
    maxLoginsPerMinute: 3,
    logLevel: 'silent'
  })
  const bearer: CustomProtocol<{ token: string }> = {
    loginRequest: (code) => ({ method: 'POST', data: { code }, header: { 'X-App': 'demo' } }),
    parseLogin: ({ data }) => ({ token: String(data.token) }),
    header: ({ token }) => ({ Authorization: `Bearer ${token}` }),
    isExpired: ({ statusCode }) => statusCode === 401
  }
  qcloud.configure({ protocol: bearer })
}

export async function logins(): Promise<void> {
  const user = await qcloud.login()
  // A server need not say who the user is.
  holds<Same<typeof user, qcloud.UserInfo | undefined>>()
  const nickName = user?.nickName
  holds<Same<typeof nickName, string | undefined>>()
  const forced = qcloud.login({ force: true })
  holds<Same<typeof forced, Promise<qcloud.UserInfo | undefined>>>()

  const byCallback = qcloud.login({
    success: (user) => holds<Same<typeof user, qcloud.UserInfo | undefined>>(),
    fail: ({ type, detail }) => {
      holds<Same<typeof type, qcloud.ErrorCode>>()
      holds<Same<typeof detail, unknown>>()
    },
    complete() {}
  })
  holds<Same<typeof byCallback, void>>()
  const withFailAlone = qcloud.login({ force: true, fail: console.error })
  holds<Same<typeof withFailAlone, void>>()

  const decidedElsewhere: qcloud.LoginOptions = {}
  const either = qcloud.login(decidedElsewhere)
  holds<Same<typeof either, void | Promise<qcloud.UserInfo | undefined>>>()
}

export async function requests(): Promise<void> {
  const { data, statusCode, header, cookies } = await qcloud.request<User>({
    login: true,
    url: '/user',
    method: 'POST',
    data: { id: 1 },
    header: { 'X-Trace': 'a', 'X-Count': 1 },
    timeout: 3000,
    dataType: 'json',
    responseType: 'text',
    enableHttp2: true,
    enableChunked: false
  })
  holds<Same<typeof data, User>>()
  holds<Same<typeof statusCode, number>>()
  holds<Same<typeof cookies, string[]>>()
  header['Content-Type']

  const anything = await qcloud.request({ url: '/user' })
  holds<Same<typeof anything.data, any>>()

  const task = qcloud.request<User>({
    url: '/user',
    success: (response) => holds<Same<typeof response.data, User>>(),
    fail: (error) => holds<Same<typeof error.type, qcloud.ErrorCode>>()
  })
  holds<Same<typeof task, qcloud.Task<User>>>()
  task.onHeadersReceived(({ header }) => header)
  task.offHeadersReceived()
  task.onChunkReceived(({ data }) => holds<Same<typeof data, ArrayBuffer>>())
  task.offChunkReceived()
  task.abort()
  const name = await task.then((response) => response.data.name)
  holds<Same<typeof name, string>>()
  const recovered = await task.catch(() => null)
  holds<Same<typeof recovered, qcloud.Response<User> | null>>()
  await task.finally(() => wx.stopPullDownRefresh())
  const all = await Promise.all([task, qcloud.request<number>({ url: '/count' })])
  holds<Same<(typeof all)[1]['data'], number>>()

  const options: RequestOptions<User> = { url: '/user' }
  options.login = true
  qcloud.request(options).then((response) => holds<Same<typeof response.data, User>>())
}

export async function transfers(): Promise<void> {
  const upload = qcloud.uploadFile({ login: true, url: '/avatar', filePath: 'wxfile://a', name: 'avatar' })
  holds<Same<typeof upload, qcloud.UploadTask>>()
  upload.onProgressUpdate(({ totalBytesSent }) => holds<Same<typeof totalBytesSent, number>>())
  upload.offProgressUpdate()
  const uploaded = await upload
  holds<Same<typeof uploaded.data, string>>()

  const download = qcloud.downloadFile({ url: '/file' })
  holds<Same<typeof download, qcloud.DownloadTask>>()
  download.onProgressUpdate(({ totalBytesWritten }) => holds<Same<typeof totalBytesWritten, number>>())
  const { tempFilePath } = await download
  holds<Same<typeof tempFilePath, string>>()
}

export async function userData(): Promise<void> {
  const info = await qcloud.getUserInfo()
  holds<Same<typeof info.anonymous, boolean>>()
  holds<Same<typeof info.encryptedData, string>>()
  holds<Same<typeof info.userInfo.nickName, string | undefined>>()
  const byCallback = qcloud.getUserInfo({
    lang: 'zh_CN',
    success: ({ iv }) => holds<Same<typeof iv, string>>()
  })
  holds<Same<typeof byCallback, void>>()
  const profile = await qcloud.getUserProfile({ desc: '用于完善会员资料' })
  holds<Same<typeof profile, qcloud.UserInfoResult>>()
  const profileByCallback = qcloud.getUserProfile({ desc: '用于完善会员资料', fail: console.error })
  holds<Same<typeof profileByCallback, void>>()
  const { encryptedData, iv } = info
  await qcloud.request({ login: true, url: '/user', encryptedData, iv })
  await qcloud.request({ login: true, url: '/user', withUserInfo: true })
}

export function sessions(): void {
  const session = qcloud.getSession()
  holds<Same<typeof session, qcloud.Session | null>>()
  if (session) {
    const header: WechatMiniprogram.IAnyObject = {}
    header[constants.WX_HEADER_ID] = session.id
    header[qcloud.WX_HEADER_SKEY] = session.skey
    qcloud.request({ login: true, url: '/user', header })
  }
  wx.request({ url: 'https://api.example.com/user', header: qcloud.buildSessionHeader() })
  const stop = qcloud.onSessionChange((changed) => holds<Same<typeof changed, qcloud.Session | null>>())
  holds<Same<typeof stop, () => void>>()
  qcloud.clearSession()
  const settled = qcloud.ready()
  holds<Same<typeof settled, Promise<void>>>()
}

export function tunnels(): void {
  const { Tunnel } = qcloud
  const tunnel: qcloud.Tunnel = new Tunnel('https://api.example.com/tunnel')
  holds<Same<typeof tunnel, qcloud.TunnelInstance>>()
  holds<Same<typeof tunnel.serviceUrl, string>>()
  holds<Same<typeof tunnel.socketUrl, string | null>>()
  holds<Same<typeof tunnel.status, 'CLOSED' | 'CONNECTING' | 'ACTIVE' | 'RECONNECTING'>>()
  const isActive = tunnel.isActive()
  holds<Same<typeof isActive, boolean>>()
  if (tunnel.isClosed() || tunnel.isConnecting() || tunnel.isReconnecting()) tunnel.open()

  tunnel.on('connect', () => tunnel.emit('speak', { word: '你好' }))
  tunnel.on('reconnecting', () => wx.showLoading({ title: '正在重连' }))
  tunnel.on('reconnect', () => wx.hideLoading())
  tunnel.on('close', () => undefined)
  tunnel.on('error', (error) => {
    holds<Same<typeof error, qcloud.TunnelError>>()
    const { code, message, detail } = error
    holds<Same<typeof code, 1001 | 1002 | 2001 | 3001>>()
    holds<Same<typeof message, string>>()
    holds<Same<typeof detail, any>>()
    return code === Tunnel.ERR_CONNECT_SERVICE || code === Tunnel.ERR_RECONNECT
  })
  tunnel.on('speak', (content) => holds<Same<typeof content, any>>())
  tunnel.on('speak', ({ word }: { word: string }) => word.length)
  tunnel.on('*', (type, content) => {
    holds<Same<typeof type, string>>()
    holds<Same<typeof content, any>>()
  })
  tunnel.on('@error', (content) => content)
  tunnel.emit('typing')
  wx.onAppHide(tunnel.close)

  Tunnel.MAX_RECONNECT_TRY_TIMES = Infinity
  Tunnel.RECONNECT_TIME_INCREASE = 500
  holds<Same<typeof Tunnel.STATUS_ACTIVE, 'ACTIVE'>>()
  holds<Same<typeof Tunnel.ERR_SOCKET_ERROR, 3001>>()
  const label: Record<qcloud.TunnelStatus, string> = {
    [Tunnel.STATUS_CLOSED]: '已关闭',
    [Tunnel.STATUS_CONNECTING]: '正在连接',
    [Tunnel.STATUS_ACTIVE]: '已连接',
    [Tunnel.STATUS_RECONNECTING]: '正在重连'
  }
  label[tunnel.status].length
}

export class Chat extends qcloud.Tunnel {
  constructor(private readonly room: string) {
    super('https://api.example.com/tunnel')
  }

  say(word: string): void {
    this.emit('speak', { room: this.room, word })
  }
}

/** A switch over the types of events leaves none out. */
export function describe({ type, at, call, error }: LifecycleEvent): string {
  holds<Same<typeof at, number>>()
  holds<Same<typeof call, number | undefined>>()
  holds<Same<typeof error, qcloud.ErrorCode | undefined>>()
  const isLate = type === 'late-expiry'
  const labels: Record<LifecycleEvent['type'], string> = {
    call: '调用',
    wait: '等待会话',
    'user-info': '获取用户信息',
    send: '发送',
    'send-bare': '发送（无会话）',
    expired: '会话过期',
    'late-expiry': '旧会话过期',
    retry: '重试',
    success: '成功',
    fail: '失败',
    restore: '读取存储',
    check: '检查会话',
    'check-passed': '会话有效',
    'check-failed': '会话失效',
    login: '登录',
    'login-request': '登录请求',
    session: '得到会话',
    'login-failed': '登录失败',
    logout: '退出登录',
    'storage-failed': '存储失败',
    load: '加载',
    ready: '就绪',
    'load-failed': '加载失败',
    crash: '崩溃'
  }
  return isLate ? '' : labels[type]
}

export function errors(caught: unknown): void {
  if (caught instanceof qcloud.LoginError) {
    holds<Same<typeof caught.type, qcloud.ErrorCode>>()
    holds<Same<typeof caught.message, string>>()
  }
  if (caught instanceof qcloud.RequestError) {
    holds<Same<typeof caught.statusCode, number | undefined>>()
    holds<Same<typeof caught.errMsg, string | undefined>>()
    if (caught.type === qcloud.ERR_INVALID_SESSION) return
  }
  const made: Error = new qcloud.RequestError(constants.ERR_NETWORK, '断网')
  holds<Same<typeof qcloud.ERR_LOGIN_SESSION_NOT_RECEIVED, 'ERR_LOGIN_MISSING_SESSION'>>()
  void made
}

type ExportedCodes = {
  [Name in keyof typeof constants as Name extends `ERR_${string}` ? Name : never]: (typeof constants)[Name]
}
holds<Same<ExportedCodes[keyof ExportedCodes], qcloud.ErrorCode>>()

interface LoudOptions extends RequestOptions<User> {
  loud?: boolean
}

/** What apps put around the calls. */
export const wrappers = {
  whole: (options: Parameters<typeof qcloud.request>[0]) => qcloud.request(options),
  loud: ({ loud, ...options }: LoudOptions) => (loud ? qcloud.request(options) : undefined),
  withoutUrl: (url: string, options: Omit<RequestOptions, 'url'> = {}) =>
    qcloud.request<User>({ ...options, url }),
  partial: (options: Partial<RequestOptions>) => qcloud.request({ url: '/user', ...options }),
  upload: (options: Omit<qcloud.UploadOptions, 'name'>) => qcloud.uploadFile({ ...options, name: 'file' }),
  download: (options: Omit<qcloud.DownloadOptions, 'url'>) =>
    qcloud.downloadFile({ ...options, url: '/file' }),
  data: <Data>(url: string, options?: Omit<RequestOptions<Data>, 'url' | 'success' | 'fail' | 'complete'>) =>
    new Promise<Data>((resolve, reject) => {
      qcloud.request<Data>({ ...options, url, success: ({ data }) => resolve(data), fail: reject })
    }),
  // A task is a promise to whom wants one.
  promise: (): Promise<qcloud.Response<User>> => qcloud.request<User>({ url: '/user' })
}
