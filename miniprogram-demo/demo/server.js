// Asks the session server for trouble. Works only while it simulates WeChat.
const { direct } = require('./native-calls')
const { baseUrl, simulatedUser } = require('../config')

function ask(path, data) {
  return new Promise((resolve, reject) => {
    direct.request({
      url: `${baseUrl}/dev/${path}`,
      method: 'POST',
      data: data || {},
      success({ statusCode }) {
        if (statusCode === 200) resolve()
        else reject(new Error('服务器没有运行微信模拟器，无法演示这一项。请去掉 --appid 和 --secret 再启动'))
      },
      fail() {
        reject(new Error(`连不上 ${baseUrl}，请先运行 make demo`))
      }
    })
  })
}

module.exports = {
  expireSession: () => ask('expire', { user: simulatedUser }),
  failOnce: () => ask('fault', { path: '/user', kind: 'status500', count: 1 }),
  refuseAlways: (on) => ask('invalid-always', { on })
}
