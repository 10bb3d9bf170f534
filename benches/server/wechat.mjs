/**
 * A WeChat that accepts every code. Each code belongs to one of a thousand users. `node wechat.mjs` prints its port.
 */
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

export const SESSION_KEY = 'AAECAwQFBgcICQoLDA0ODw=='
export const USERS = 1000

let asked = 0
const server = createServer((request, response) => {
  asked += 1
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ openid: `o-${asked % USERS}`, session_key: SESSION_KEY }))
})
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))
}
