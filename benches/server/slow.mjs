/** Clients that never come to the end of their request: `node slow.mjs PORT NUMBER` says how many it has when they are there. */
import { connect } from 'node:net'

const [port, number] = process.argv.slice(2).map(Number)

/**
 * Another letter of a header each second; a server that has had enough is asked again. Clients do not write in step: this
 * process would need a core for all of them at once, which the others then wait for.
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
