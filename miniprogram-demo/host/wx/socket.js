import { Failure, api, settle } from './callbacks.js'
import { Listeners } from './network.js'

const NOT_OPEN = 'SocketTask.readyState is not OPEN'

/** wx.connectSocket: a SocketTask around the browser's own WebSocket. */
export function connectSocket(options) {
  const [opened, heard, closed, failed] = Array.from({ length: 4 }, () => new Listeners())
  let socket
  let refusal
  try {
    socket = new WebSocket(options.url, options.protocols || [])
  } catch (error) {
    refusal = new Failure(error.message)
  }
  settle('connectSocket', options, () => {
    if (refusal) throw refusal
  })?.catch(() => {})
  if (socket) {
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => opened.emit({ header: {} })
    socket.onmessage = ({ data }) => heard.emit({ data })
    socket.onclose = ({ code, reason }) => closed.emit({ code, reason })
    // Browsers do not say why.
    socket.onerror = () => failed.emit({ errMsg: 'WebSocket connection failed' })
  }
  return {
    onOpen: opened.on,
    onMessage: heard.on,
    onClose: closed.on,
    onError: failed.on,
    send: api('SocketTask.send', ({ data }) => {
      if (socket?.readyState !== WebSocket.OPEN) throw new Failure(NOT_OPEN)
      socket.send(data)
    }),
    close: api('SocketTask.close', ({ code = 1000, reason }) => {
      if (!socket || socket.readyState > WebSocket.OPEN) throw new Failure(NOT_OPEN)
      socket.close(code, reason)
    })
  }
}
