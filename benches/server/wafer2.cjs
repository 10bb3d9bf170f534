// Wafer2's Node SDK on its MySQL, without a framework: `node wafer2.cjs WECHAT_PORT MYSQL_PORT` prints its port. Its
// address of WeChat is fixed, https://api.weixin.qq.com; here these requests go to the fake one, without TLS.
const http = require('node:http')
const https = require('node:https')

const [wechat, port] = process.argv.slice(2).map(Number)
https.request = (options, answered) =>
  http.request({ host: '127.0.0.1', port: wechat, path: options.path, method: options.method }, answered)

const { auth } = require('wafer-node-sdk')({
  appId: 'wx1',
  appSecret: 's',
  useQcloudLogin: false,
  wxLoginExpires: 24 * 3600,
  mysql: { host: '127.0.0.1', port, user: 'root', db: 'bench', pass: '', char: 'utf8mb4' },
  // The SDK insists on these settings, although logins and signed requests need none of them.
  rootPathname: __dirname,
  cos: { region: '', fileBucket: '', uploadFolder: '' },
  serverHost: '',
  tunnelServerUrl: '',
  tunnelSignatureKey: '',
  qcloudAppId: '',
  qcloudSecretId: '',
  qcloudSecretKey: '',
  wxMessageToken: ''
})

const server = http.createServer(async (request, response) => {
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  const say = (value) => response.end(JSON.stringify(value))
  try {
    const login = request.url === '/login'
    const { loginState, userinfo } = await (login ? auth.authorization(request) : auth.validation(request))
    say(
      loginState === 1
        ? { code: 0, data: login ? userinfo : { userInfo: userinfo } }
        : { code: -1, error: 'refused' }
    )
  } catch (error) {
    say({ code: -1, error: error.message })
  }
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
