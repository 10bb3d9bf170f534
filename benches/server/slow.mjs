/** Clients that never finish their request: `node slow.mjs PORT NUMBER` prints their number once all are connected. */
import { connect } from 'node:net'

const [port, number] = process.argv.slice(2).map(Number)

/**
 * Sends another letter of a header each second, and connects again if the server ends the connection. The clients write
 * at different moments: otherwise this process would need a whole core at once, and the others would wait for it.
 */
function begin(there) {
  const socket = connect(port, '127.0.0.1')
  let timer
  const write = () => {
    socket.write('a')
    timer = setTimeout(write, 1000)
  }
  timer = setTimeout(write, 1000 * Math.random())
  socket.on('error', () => {})
  socket.on('close', () => {
    clearTimeout(timer)
    setTimeout(begin, 1000 * Math.random(), () => {})
  })
  socket.write('GET /user HTTP/1.1\r\nHost: x\r\nX-Slow: ', there)
}

let waiting = number
for (let client = 0; client < number; client += 1)
  begin(() => {
    waiting -= 1
    if (waiting === 0) console.log(`slow clients: ${number}`)
  })
