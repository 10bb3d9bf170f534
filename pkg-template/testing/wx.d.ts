/** The functions of the fake `wx`: what they take and answer. WeChat's pages of the same names say more. */
import type {
  Callbacks,
  CallerHeader,
  ChunkReceived,
  DownloadProgress,
  DownloadResponse,
  HeadersReceived,
  HostDownloadOptions,
  HostRequestOptions,
  HostUploadOptions,
  Response,
  UploadProgress,
  UploadResponse,
  WithCallback,
  WithoutCallback
} from 'wafer-client-wasm'

/** What every function answers with. */
export interface HostAnswer {
  /** `login:ok` and the like. */
  errMsg: string
}

/** What `fail` gets, and what promises are rejected with. */
export interface HostFailure extends HostAnswer {
  /** WeChat's number of the error; undefined where it has none. */
  errno: any
}

/** A function that answers by callbacks or, if none is given, by a promise. */
export interface AsyncApi<Options, Result> {
  (options: WithCallback<Options & Callbacks<Result & HostAnswer, HostFailure>>): void
  (options?: WithoutCallback<Options>): Promise<Result & HostAnswer>
}

/** The same where there is something that must be said. */
export interface AsyncApiWith<Options, Result> {
  (options: WithCallback<Options & Callbacks<Result & HostAnswer, HostFailure>>): void
  (options: WithoutCallback<Options>): Promise<Result & HostAnswer>
}

/** What all transfers return. */
export interface HostTask {
  /** Ends it; it fails with `request:fail abort`. */
  abort(): void
  /** Listens for the headers of the answer. */
  onHeadersReceived(listener: (told: HeadersReceived) => void): void
  /** Removes that listener, or all. */
  offHeadersReceived(listener?: (told: any) => void): void
}

/** What `wx.request` returns. */
export interface HostRequestTask extends HostTask {
  /** Listens for pieces of the answer, with `enableChunked`. */
  onChunkReceived(listener: (told: ChunkReceived) => void): void
  /** Removes that listener, or all. */
  offChunkReceived(listener?: (told: any) => void): void
}

/** What `wx.uploadFile` and `wx.downloadFile` return. */
export interface HostFileTask<Progress> extends HostTask {
  /** Listens for the progress. */
  onProgressUpdate(listener: (told: Progress) => void): void
  /** Removes that listener, or all. */
  offProgressUpdate(listener?: (told: any) => void): void
}

/** A WebSocket. */
export interface HostSocketTask {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number
  /** 0. */
  readonly CONNECTING: number
  /** 1. */
  readonly OPEN: number
  /** 2. */
  readonly CLOSING: number
  /** 3. */
  readonly CLOSED: number
  /** Sends a message. */
  send: AsyncApiWith<{ data: string | ArrayBuffer }, {}>
  /** Closes it. */
  close: AsyncApi<{ code?: number; reason?: string }, {}>
  /** Listens for its opening. */
  onOpen(listener: (told: { header: { [name: string]: string } }) => void): void
  /** Listens for messages. */
  onMessage(listener: (told: { data: string | ArrayBuffer }) => void): void
  /** Listens for its end. */
  onClose(listener: (told: { code: number; reason: string }) => void): void
  /** Listens for errors. */
  onError(listener: (told: { errMsg: string }) => void): void
}

/** What `wx.getUserInfo` and `wx.getUserProfile` answer. */
export interface HostUserData {
  /** What WeChat tells of the user. */
  userInfo: { [field: string]: any }
  /** The same as text. */
  rawData: string
  /** Its signature. */
  signature: string
  /** The same and the openId, encrypted under the session_key. */
  encryptedData: string
  /** The initial vector of that. */
  iv: string
}

/** What the storage holds. */
export interface HostStorageInfo {
  /** Its keys. */
  keys: string[]
  /** How much of it is used, in KB. */
  currentSize: number
  /** How much there is, in KB. */
  limitSize: number
}

/** How the app was started, or came to the front. */
export interface HostLaunchOptions {
  /** The page. */
  path: string
  /** Its query. */
  query: { [name: string]: string }
  /** From where; 1154 is single-page mode. */
  scene: number
  /** The app that led here. */
  referrerInfo: { [field: string]: any }
  /** `browseOnly` in single-page mode. */
  apiCategory: string
}

/** Every function of wx that the fake has. Those of `createWx({ apis })` come to it. */
export interface HostApi {
  /** Takes a value out of the storage; an empty text where there is none. */
  getStorageSync(key: string): any
  /** Puts a value into the storage. */
  setStorageSync(key: string, data: any): void
  /** Removes a value. */
  removeStorageSync(key: string): void
  /** Removes all. */
  clearStorageSync(): void
  /** Tells what there is. */
  getStorageInfoSync(): HostStorageInfo
  /** As `getStorageSync`, but fails where there is nothing. */
  getStorage: AsyncApiWith<{ key: string }, { data: any }>
  /** As `setStorageSync`. */
  setStorage: AsyncApiWith<{ key: string; data: any }, {}>
  /** As `removeStorageSync`. */
  removeStorage: AsyncApiWith<{ key: string }, {}>
  /** As `clearStorageSync`. */
  clearStorage: AsyncApi<{}, {}>
  /** As `getStorageInfoSync`. */
  getStorageInfo: AsyncApi<{}, HostStorageInfo>

  /** A code, for the server; it rotates the session_key. */
  login: AsyncApi<{ timeout?: number }, { code: string }>
  /** Fails if the session_key has expired. */
  checkSession: AsyncApi<{}, {}>
  /** User data under the session_key. */
  getUserInfo: AsyncApi<{ withCredentials?: boolean; lang?: string; timeout?: number }, HostUserData>
  /** The same, in a tap (`tap` of the fake). */
  getUserProfile: AsyncApiWith<{ desc: string; lang?: string }, HostUserData>
  /** What the user permits. */
  getSetting: AsyncApi<{}, { authSetting: { [scope: string]: boolean } }>
  /** Whether the privacy terms are to be agreed to. */
  getPrivacySetting: AsyncApi<{}, { needAuthorization: boolean; privacyContractName: string }>
  /** Asks for that. */
  requirePrivacyAuthorize: AsyncApi<{}, {}>

  /** A request; any answer of the server is a success. */
  request(
    options: HostRequestOptions & { header?: CallerHeader } & Callbacks<Response, HostFailure>
  ): HostRequestTask
  /** An upload of one of `files`. */
  uploadFile(
    options: HostUploadOptions & { header?: CallerHeader } & Callbacks<UploadResponse, HostFailure>
  ): HostFileTask<UploadProgress>
  /** A download into `files`. */
  downloadFile(
    options: HostDownloadOptions & { header?: CallerHeader } & Callbacks<DownloadResponse, HostFailure>
  ): HostFileTask<DownloadProgress>
  /** Opens a WebSocket. */
  connectSocket(
    options: {
      url: string
      header?: CallerHeader
      protocols?: string[]
      timeout?: number
    } & Callbacks<HostAnswer, HostFailure>
  ): HostSocketTask
  /** Sends by the latest WebSocket. */
  sendSocketMessage: AsyncApiWith<{ data: string | ArrayBuffer }, {}>
  /** Closes the latest WebSocket. */
  closeSocket: AsyncApi<{ code?: number; reason?: string }, {}>
  /** Listens for the opening of all WebSockets. */
  onSocketOpen(listener: (told: { header: { [name: string]: string } }) => void): void
  /** Listens for their messages. */
  onSocketMessage(listener: (told: { data: string | ArrayBuffer }) => void): void
  /** Listens for their end. */
  onSocketClose(listener: (told: { code: number; reason: string }) => void): void
  /** Listens for their errors. */
  onSocketError(listener: (told: { errMsg: string }) => void): void

  /** `browseOnly` in single-page mode. */
  getApiCategory(): string
  /** How the app was started. */
  getLaunchOptionsSync(): HostLaunchOptions
  /** How it came to the front. */
  getEnterOptionsSync(): HostLaunchOptions
  /** Which app it is. */
  getAccountInfoSync(): { miniProgram: { appId: string; envVersion: string; version: string } }
  /** On what it runs. */
  getSystemInfoSync(): { SDKVersion: string; language: string; [field: string]: any }
  /** The base library and the language. */
  getAppBaseInfo(): { SDKVersion: string; language: string }
  /** `wifi`, or `none` offline. */
  getNetworkType: AsyncApi<{}, { networkType: string }>
  /** Whether the base library has it. */
  canIUse(schema: string): boolean

  /** Is confirmed at once. */
  showModal: AsyncApi<
    { title?: string; content?: string; [option: string]: any },
    { confirm: boolean; cancel: boolean }
  >
  /** Succeeds. */
  showToast: AsyncApi<{ title?: string; [option: string]: any }, {}>
  /** Succeeds. */
  hideToast: AsyncApi<{}, {}>
  /** Succeeds. */
  showLoading: AsyncApi<{ title?: string; mask?: boolean }, {}>
  /** Succeeds. */
  hideLoading: AsyncApi<{ noConflict?: boolean }, {}>
  /** Succeeds. */
  startPullDownRefresh: AsyncApi<{}, {}>
  /** Succeeds. */
  stopPullDownRefresh: AsyncApi<{}, {}>
  /** Succeeds. */
  navigateTo: AsyncApiWith<{ url: string; [option: string]: any }, {}>
  /** Succeeds. */
  navigateBack: AsyncApi<{ delta?: number }, {}>
  /** Succeeds. */
  redirectTo: AsyncApiWith<{ url: string }, {}>
  /** Succeeds. */
  reLaunch: AsyncApiWith<{ url: string }, {}>
  /** Succeeds. */
  switchTab: AsyncApiWith<{ url: string }, {}>
  /** Succeeds. */
  setNavigationBarTitle: AsyncApiWith<{ title: string }, {}>
  /** Runs it soon. */
  nextTick(callback: () => void): void

  /** Listens for the network (`setOffline` of the fake). */
  onNetworkStatusChange(listener: (told: { isConnected: boolean; networkType: string }) => void): void
  /** Removes that listener, or all. */
  offNetworkStatusChange(listener?: (told: any) => void): void
  /** Listens for the app (`foreground` of the fake). */
  onAppShow(listener: (told: HostLaunchOptions) => void): void
  /** Removes that listener, or all. */
  offAppShow(listener?: (told: any) => void): void
  /** Reads `files`. */
  getFileSystemManager(): {
    /** The bytes, or with `encoding` the text. */
    readFile: AsyncApiWith<{ filePath: string; encoding?: string }, { data: string | ArrayBuffer }>
    /** How long it is. */
    getFileInfo: AsyncApiWith<{ filePath: string }, { size: number }>
  }
}

/** Functions that a test gives to the fake: what they return is the answer. */
export interface FurtherApis {
  [name: string]: (...values: any[]) => unknown
}

/** The same as functions of wx: answered at once if their names end in Sync, otherwise by callbacks or a promise. */
export type AsHostApi<Apis> = {
  [Name in keyof Apis]: Apis[Name] extends (...values: infer Values) => infer Result
    ? Name extends `${string}Sync`
      ? Apis[Name]
      : AsyncApi<Values extends [] ? {} : Values[0], Awaited<Result>>
    : never
}
