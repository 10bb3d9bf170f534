const qcloud = require('wafer-client-wasm')
const nativeCalls = require('../../demo/native-calls')
const server = require('../../demo/server')
const { baseUrl } = require('../../config')
const { Timeline } = require('./timeline')

const MAX_RUNS = 8
const BURST = 20

let timeline = null
let nextRun = 1

Page({
  data: {
    user: null,
    signedIn: false,
    offline: false,
    busy: false,
    runs: []
  },

  onLoad() {
    qcloud.onEvent((event) => timeline && timeline.add(event))
    qcloud.onSessionChange((session) => this.showSession(session))
    this.showSession(qcloud.getSession())
  },

  onShow() {
    const { user } = getApp().globalData
    if (user) this.setData({ user })
  },

  onPullDownRefresh() {
    if (this.data.busy) {
      wx.stopPullDownRefresh()
      return
    }
    this.run('下拉刷新', () => this.requestUser(() => wx.stopPullDownRefresh()))
  },

  showSession(session) {
    if (!session) getApp().globalData.user = null
    this.setData({ signedIn: Boolean(session), user: session ? session.userInfo : null })
  },

  send() {
    this.run('发送请求', () => this.requestUser())
  },

  sendBurst() {
    this.run(`同时发 ${BURST} 个请求`, () => {
      const requests = []
      for (let i = 0; i < BURST; i++) requests.push(this.requestUser())
      return Promise.all(requests).then(() => `${BURST} 个都成功`)
    })
  },

  expire() {
    this.run('会话过期之后', () => server.expireSession().then(() => this.requestUser()))
  },

  toggleOffline() {
    const offline = !this.data.offline
    nativeCalls.setOffline(offline)
    this.setData({ offline })
    this.run(offline ? '断网时' : '恢复网络之后', () => this.requestUser())
  },

  breakServer() {
    this.run('服务器出错', () => server.failOnce().then(() => this.requestUser()))
  },

  refuseAlways() {
    const restore = () => server.refuseAlways(false)
    this.run('服务器总说过期', () =>
      server
        .refuseAlways(true)
        .then(() => this.requestUser())
        .then(
          (result) => restore().then(() => result),
          (error) => restore().then(() => Promise.reject(error))
        )
    )
  },

  logOut() {
    this.run('退出登录', () => {
      qcloud.clearSession()
      return '登录态已清除'
    })
  },

  // The call that everything here is about.
  requestUser(complete) {
    return new Promise((resolve, reject) => {
      qcloud.request({
        login: true,
        url: `${baseUrl}/user`,
        success: ({ statusCode, data }) => {
          if (statusCode !== 200) {
            resolve(`服务器返回 ${statusCode}，登录态还在`)
            return
          }
          this.setData({ user: data.data.userInfo })
          resolve(`你好，${data.data.userInfo.nickName}`)
        },
        fail: reject,
        complete
      })
    })
  },

  // Runs one scenario and shows what the SDK did meanwhile.
  run(title, scenario) {
    if (this.data.busy) return
    this.setData({ busy: true })
    timeline = new Timeline(title)
    nativeCalls.take()
    Promise.resolve()
      .then(scenario)
      .then(
        (result) => this.finish(result, 'good'),
        (error) => this.finish(error.message, 'bad')
      )
  },

  finish(result, tone) {
    const run = Object.assign(
      { id: nextRun, title: timeline.title, result, tone },
      timeline.view(nativeCalls.take())
    )
    nextRun += 1
    timeline = null
    this.setData({ busy: false, runs: [run].concat(this.data.runs).slice(0, MAX_RUNS) })
  }
})
