/**
 * wx.request, wx.uploadFile and wx.downloadFile: tasks, the queue behind ten transfers, timeouts, and
 * success for every HTTP status. A transport is `{ handle(request) → response | Promise }`, where
 * request is `{ kind, method, url, origin, path, query, header, data, formData, file, onabort }` and
 * response `{ statusCode, header, data, chunks, delayMs }`; `data` is text, bytes, or a value that
 * stands for its JSON. A HostFailure thrown by the transport fails the call.
 */
import { isBuffer, toBytes, toText } from './bytes.mjs'
import { HostFailure, deepCopy, preventsWork } from './host.mjs'

const AT_ONCE = 10
const TIMEOUT_MS = 60_000
const INTERRUPTED = ['interrupted', 600003]
const TASK_NAMES = { request: 'RequestTask', uploadFile: 'UploadTask', downloadFile: 'DownloadTask' }
const URL_PARTS = /^(https?:\/\/[^/?#]+)([^?#]*)(\??[^#]*)/i

const encodeForm = (fields) =>
  Object.keys(fields)
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(fields[name])}`)
    .join('&')

/** What goes over the wire for what the caller gave, as wx.request documents it. */
function serialise(kind, options) {
  const method = String(options.method ?? (kind === 'uploadFile' ? 'POST' : 'GET')).toUpperCase()
  const header = { ...options.header }
  const typeName = Object.keys(header).find((name) => name.toLowerCase() === 'content-type')
  if (!typeName && kind === 'request') header['content-type'] = 'application/json'
  let url = String(options.url)
  let data
  if (kind === 'request' && options.data !== undefined && options.data !== null) {
    data = options.data
    const isObject = typeof data === 'object' && !isBuffer(data) && !ArrayBuffer.isView(data)
    if (isObject && (method === 'GET' || method === 'HEAD')) {
      const query = encodeForm(data)
      if (query) url += (url.includes('?') ? '&' : '?') + query
      data = undefined
    } else if (isObject && /x-www-form-urlencoded/i.test(header[typeName])) {
      data = encodeForm(data)
    } else if (isObject) {
      data = JSON.stringify(data)
    } else if (typeof data !== 'object') {
      data = String(data)
    }
  }
  const [, origin, path, query] = URL_PARTS.exec(url)
  return { kind, method, url, origin: origin.toLowerCase(), path: path || '/', query, header, data }
}

/** The body as wx.request hands it out. */
function parseBody({ dataType = 'json', responseType }, data) {
  if (responseType === 'arraybuffer') return toBytes(data).slice().buffer
  const text = toText(data)
  if (dataType !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

class Transfer {
  #network
  #options
  #fault
  #respond
  #timer
  #request
  #over = false
  #listeners = { HeadersReceived: [], ChunkReceived: [], ProgressUpdate: [] }

  constructor(network, api, options) {
    const { host } = network
    this.#network = network
    this.api = api
    this.#options = options ?? {}
    this.sent = false
    const entry = host.record(api, this.#options)
    this.#fault = host.takeFault(api, this.#options)
    host.throwIfFaulty(this.#fault, entry)
    this.#respond = host.responder(api, this.#options, entry, this.#fault)
  }

  /** The object that wx.request returns. */
  task() {
    const { host } = this.#network
    const name = TASK_NAMES[this.api]
    const task = {
      abort: () => {
        host.record(`${name}.abort`)
        this.end(false, new HostFailure('abort'))
      }
    }
    const events = ['HeadersReceived', this.api === 'request' ? 'ChunkReceived' : 'ProgressUpdate']
    for (const event of events) {
      task[`on${event}`] = (listener) => void this.#listeners[event].push(listener)
      task[`off${event}`] = (listener) => {
        this.#listeners[event] = listener ? this.#listeners[event].filter((other) => other !== listener) : []
      }
    }
    return task
  }

  #emit(event, detail) {
    for (const listener of [...this.#listeners[event]]) this.#network.host.run(listener, detail)
  }

  refusal() {
    const { url } = this.#options
    if (typeof url !== 'string') {
      return new HostFailure(`parameter error: parameter.url should be String instead of ${typeof url};`)
    }
    if (!URL_PARTS.test(url)) return new HostFailure(`invalid url "${url}"`, 600009)
    return undefined
  }

  send() {
    const { host, state } = this.#network
    this.sent = true
    const latency = host.latency(this.api)
    const back = latency >> 1
    if (!host.synchronous) {
      const timeout = this.#options.timeout ?? TIMEOUT_MS
      this.#timer = host.clock.setTimeout(() => this.end(false, new HostFailure('timeout', 5)), timeout)
    }
    host.after(latency - back, () => {
      if (this.#over) return
      const refusal =
        this.refusal() ?? (state.offline && new HostFailure('net::ERR_INTERNET_DISCONNECTED', 600001))
      if (refusal) {
        this.end(false, refusal)
      } else if (preventsWork(this.#fault)) {
        host.after(back, () => this.end(false, new HostFailure('net::ERR_CONNECTION_RESET', 600003)))
      } else {
        host.settle(
          () => this.#reachServer(),
          (ok, response) => host.after(back + (response?.delayMs ?? 0), () => this.#receive(ok, response))
        )
      }
    })
  }

  #reachServer() {
    const network = this.#network
    this.#request = serialise(this.api, this.#options)
    const server = network.serverFor(this.#request.origin)
    if (!server) throw new HostFailure('url not in domain list', 600002)
    if (this.api === 'uploadFile') this.#attachFile()
    return server.handle(this.#request)
  }

  #attachFile() {
    const { filePath, name, formData } = this.#options
    const bytes = this.#network.files.get(filePath)
    if (!bytes) throw new HostFailure('file not found')
    this.#request.formData = deepCopy(formData ?? {})
    this.#request.file = { name, path: filePath, bytes }
    for (const sent of [bytes.length >> 1, bytes.length]) {
      this.#emit('ProgressUpdate', {
        progress: Math.floor((sent * 100) / Math.max(bytes.length, 1)),
        totalBytesSent: sent,
        totalBytesExpectedToSend: bytes.length
      })
    }
  }

  #receive(ok, response) {
    if (this.#over) return
    if (!ok) return this.end(false, response)
    /* From here the server has answered: an abort has nothing to tell it. */
    this.#request.onabort = undefined
    const { statusCode = 200, header = {}, data } = response
    const received = { statusCode, header: deepCopy(header), cookies: [] }
    this.#emit('HeadersReceived', received)
    if (this.#over) return
    if (this.api === 'downloadFile') return this.#saveFile(received, toBytes(data))
    if (this.#options.enableChunked) return this.#streamChunks(received, response.chunks ?? [toBytes(data)])
    const body = this.api === 'uploadFile' ? toText(data) : parseBody(this.#options, data)
    this.end(true, { ...received, data: body })
  }

  #saveFile(received, bytes) {
    const { filePath } = this.#options
    const path = filePath ?? `wxfile://tmp_${this.#network.host.random.hex(16)}`
    this.#network.files.set(path, bytes.slice())
    for (const written of [bytes.length >> 1, bytes.length]) {
      this.#emit('ProgressUpdate', {
        progress: Math.floor((written * 100) / Math.max(bytes.length, 1)),
        totalBytesWritten: written,
        totalBytesExpectedToWrite: bytes.length
      })
    }
    this.end(true, { ...received, [filePath ? 'filePath' : 'tempFilePath']: path })
  }

  #streamChunks(received, chunks) {
    if (this.#over) return
    if (chunks.length === 0) return this.end(true, { ...received, data: '' })
    this.#emit('ChunkReceived', { data: toBytes(chunks[0]).slice().buffer })
    this.#network.host.after(this.#network.host.latency('chunk'), () =>
      this.#streamChunks(received, chunks.slice(1))
    )
  }

  end(ok, answer) {
    if (this.#over) return
    this.#over = true
    const { host } = this.#network
    if (this.#timer !== undefined) host.clock.clearTimeout(this.#timer)
    this.#request?.onabort?.()
    this.#network.release(this)
    /* An abort is answered like everything else: never inside the caller's own call. */
    host.after(0, () => this.#respond(ok, answer))
  }
}

/* The task of the cheapest mode: everything is over before the caller could use it. */
const FINISHED_TASK = {
  abort() {},
  onHeadersReceived() {},
  offHeadersReceived() {},
  onChunkReceived() {},
  offChunkReceived() {}
}

export function createNetwork(host, { serverFor, files, state }) {
  const active = new Set()
  const queued = []

  const network = {
    host,
    state,
    files,
    serverFor,

    release(transfer) {
      active.delete(transfer)
      const waiting = queued.indexOf(transfer)
      if (waiting >= 0) queued.splice(waiting, 1)
      while (active.size < AT_ONCE && queued.length > 0) start(queued.shift())
    },

    /** Fails everything in flight or queued, as a lost connection or a suspended app does. */
    interrupt(reason = INTERRUPTED[0], errno = INTERRUPTED[1]) {
      for (const transfer of [...queued, ...active]) transfer.end(false, new HostFailure(reason, errno))
    }
  }

  function start(transfer) {
    active.add(transfer)
    transfer.send()
  }

  function launch(api, options) {
    const transfer = new Transfer(network, api, options)
    const task = transfer.task()
    if (state.suspended) transfer.end(false, new HostFailure(...INTERRUPTED))
    else if (active.size < AT_ONCE) start(transfer)
    else queued.push(transfer)
    return task
  }

  function request(options) {
    if (!host.bare || state.offline) return launch('request', options)
    host.counts.request = (host.counts.request ?? 0) + 1
    const { statusCode, header, data } = serverFor(options.url).handle(options)
    const answer = { statusCode, header, data, cookies: [], errMsg: 'request:ok' }
    host.run(options.success, answer)
    host.run(options.complete, answer)
    return FINISHED_TASK
  }

  network.api = {
    request,
    uploadFile: (options) => launch('uploadFile', options),
    downloadFile: (options) => launch('downloadFile', options)
  }
  return network
}
