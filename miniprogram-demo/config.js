// The browser host serves the page from the session server and says so in the extension configuration, which not every
// runtime has. In WeChat DevTools start the server with `--listen 127.0.0.1:8080`, or name your own here.
const { baseUrl, simulatedUser } = (wx.getExtConfigSync && wx.getExtConfigSync()) || {}

module.exports = {
  baseUrl: baseUrl || 'http://127.0.0.1:8080',
  simulatedUser: simulatedUser || 'demo'
}
