import { call, settle, Failure } from './callbacks.js'

const DEFAULT_TIMEOUT_MS = 60000

/** Browsers do not say why a request failed, and neither does WeChat in a way to rely on. */
const failureOf = (error, aborted) => {
  if (aborted === 'abort') return new Failure('abort')
  if (aborted === 'timeout') return new Failure('timeout', { errno: 5 })
  return new Failure(error.message, { errno: 600001 })
}

export class Listeners {
  constructor() {
    this.all = new Set()
    this.on = (listener) => void this.all.add(listener)
    this.off = (listener) => void (listener ? this.all.delete(listener) : this.all.clear())
  }

  emit(...args) {
    for (const listener of this.all) call(listener, ...args)
  }
}

/** One transfer: its abort controller with the deadline, and its listeners. */
class Transfer {
  constructor({ timeout = DEFAULT_TIMEOUT_MS }) {
    this.controller = new AbortController()
    this.headers = new Listeners()
    this.chunks = new Listeners()
    this.progress = new Listeners()
    this.deadline = setTimeout(() => this.stop('timeout'), timeout)
  }

  stop(reason) {
    this.controller.abort(reason)
  }

  async run(work) {
    try {
      return await work(this.controller.signal)
    } catch (error) {
      if (error instanceof Failure) throw error
      throw failureOf(error, this.controller.signal.reason)
    } finally {
      clearTimeout(this.deadline)
    }
  }

  task(extra) {
    return {
      abort: () => this.stop('abort'),
      onHeadersReceived: this.headers.on,
      offHeadersReceived: this.headers.off,
      ...extra
    }
  }

  progressTask() {
    return this.task({ onProgressUpdate: this.progress.on, offProgressUpdate: this.progress.off })
  }

  report(done, total) {
    this.progress.emit({
      progress: total ? Math.round((100 * done) / total) : 0,
      totalBytesSent: done,
      totalBytesWritten: done,
      totalBytesExpectedToSend: total,
      totalBytesExpectedToWrite: total
    })
  }
}

const headersOf = (response) => Object.fromEntries(response.headers)

async function chunksOf(response, onChunk) {
  const parts = []
  const reader = response.body?.getReader()
  for (let part = await reader?.read(); part && !part.done; part = await reader.read()) {
    parts.push(part.value)
    onChunk(part.value)
  }
  return new Blob(parts)
}

function withQuery(url, data) {
  const target = new URL(url)
  for (const [name, value] of Object.entries(data)) target.searchParams.set(name, value)
  return target.href
}

function body({ url, data, method, header }) {
  if (data === undefined || data === null) return { url }
  if (method === 'GET' || method === 'HEAD') {
    return { url: typeof data === 'object' ? withQuery(url, data) : url }
  }
  if (typeof data === 'string' || data instanceof ArrayBuffer) return { url, body: data }
  if (header.get('content-type').includes('application/x-www-form-urlencoded')) {
    return { url, body: new URLSearchParams(data).toString() }
  }
  return { url, body: JSON.stringify(data) }
}

async function decode(blob, { responseType = 'text', dataType = 'json' }) {
  if (responseType === 'arraybuffer') return blob.arrayBuffer()
  const text = await blob.text()
  if (dataType !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export function request(options) {
  const transfer = new Transfer(options)
  settle('request', options, () =>
    transfer.run(async (signal) => {
      const method = (options.method || 'GET').toUpperCase()
      const header = new Headers(options.header || {})
      if (!header.has('content-type')) header.set('content-type', 'application/json')
      const { url, body: payload } = body({ ...options, method, header })
      const response = await fetch(url, { method, headers: header, body: payload, signal })
      transfer.headers.emit({ header: headersOf(response), statusCode: response.status, cookies: [] })
      const blob = await chunksOf(response, (chunk) => {
        if (options.enableChunked) transfer.chunks.emit({ data: chunk.buffer })
      })
      const data = await decode(blob, options)
      return { data, statusCode: response.status, header: headersOf(response), cookies: [] }
    })
  )?.catch(() => {})
  return transfer.task({
    onChunkReceived: transfer.chunks.on,
    offChunkReceived: transfer.chunks.off
  })
}

export function uploadFile(options) {
  const transfer = new Transfer(options)
  settle('uploadFile', options, () =>
    transfer.run(async (signal) => {
      const file = await (await fetch(options.filePath)).blob()
      const form = new FormData()
      for (const [name, value] of Object.entries(options.formData || {})) form.append(name, value)
      form.append(options.name, file, options.fileName || 'upload')
      transfer.report(0, file.size)
      const response = await fetch(options.url, {
        method: 'POST',
        headers: options.header,
        body: form,
        signal
      })
      transfer.report(file.size, file.size)
      transfer.headers.emit({ header: headersOf(response), statusCode: response.status })
      return { data: await response.text(), statusCode: response.status, header: headersOf(response) }
    })
  )?.catch(() => {})
  return transfer.progressTask()
}

export function downloadFile(options) {
  const transfer = new Transfer(options)
  settle('downloadFile', options, () =>
    transfer.run(async (signal) => {
      const response = await fetch(options.url, { headers: options.header, signal })
      transfer.headers.emit({ header: headersOf(response), statusCode: response.status })
      const total = Number(response.headers.get('content-length'))
      let done = 0
      const blob = await chunksOf(response, (chunk) => transfer.report((done += chunk.length), total))
      return { tempFilePath: URL.createObjectURL(blob), statusCode: response.status }
    })
  )?.catch(() => {})
  return transfer.progressTask()
}
