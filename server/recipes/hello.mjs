// A backend in Node.js. nginx checked the session, so X-Wafer-User names the user who calls.
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.end(JSON.stringify({ hello: request.headers['x-wafer-user'] }))
})
server.listen(Number(process.argv[2]), '127.0.0.1')
