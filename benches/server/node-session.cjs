// wafer-node-session on its own memory store, without a framework: `node node-session.cjs WECHAT_PORT SESSIONS` prints
// its port. Its address of WeChat is fixed, https://api.weixin.qq.com; here these requests go to the fake one, without
// TLS.
const http = require('node:http')
const https = require('node:https')

const [wechat, sessions] = process.argv.slice(2).map(Number)
https.request = (options, answered) =>
  http.request({ host: '127.0.0.1', port: wechat, path: options.path, method: options.method }, answered)

const session = require('wafer-node-session')
const store = new session.MemoryStore()
const [appId, appSecret, sessionKey] = ['wx1', 's', 'AAECAwQFBgcICQoLDA0ODw==']
const userInfo = {
  nickName: '微信用户',
  avatarUrl: '',
  gender: 0,
  language: '',
  city: '',
  province: '',
  country: ''
}
for (let number = 1; number <= sessions; number += 1) {
  const cookie = new session.Cookie({ maxAge: 24 * 3600 * 1000 })
  store.set(`bench-${number}`, { id: `bench-${number}`, sessionKey, userInfo, cookie })
}

const middleware = session({ appId, appSecret, loginPath: '/login', store })
const server = http.createServer((request, response) => {
  response.json = (value) => {
    response.setHeader('Content-Type', 'application/json; charset=utf-8')
    response.end(JSON.stringify(value))
  }
  middleware(request, response, () => response.json({ data: { userInfo: request.session?.userInfo } }))
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
