/** Clients that never come to the end of their request: `node slow.mjs PORT NUMBER` says how many it has when they are there. */
import { connect } from 'node:net'

const [port, number] = process.argv.slice(2).map(Number)

/** Another letter of a header each second; a server that has had enough is asked again. */
function begin(there) {
  const socket = connect(port, '127.0.0.1')
  const timer = setInterval(() => socket.write('a'), 1000)
  socket.on('error', () => {})
  socket.on('close', () => {
    clearInterval(timer)
    setTimeout(begin, 100, () => {})
  })
  socket.write('GET /user HTTP/1.1\r\nHost: x\r\nX-Slow: ', there)
}

let waiting = number
for (let client = 0; client < number; client += 1)
  begin(() => {
    waiting -= 1
    if (waiting === 0) console.log(`slow clients: ${number}`)
  })
