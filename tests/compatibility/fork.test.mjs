/** The code-only fork's page, word for word: user data goes up with headers that were built by hand. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { VirtualClock } from '../../fake-wx/clock.mjs'
import { environments, startApp } from '../../fake-wx/run/device.mjs'
import { WaferServer } from '../../fake-wx/servers.mjs'
import { LOGIN_URL, USER_URL } from './clients.mjs'

/* The fork's README; only the address is filled in and `util` is the page's own. */
const PAGE = `
  const qcloud = require('wafer-client-wasm')
  const { constants } = qcloud
  return (util) => ({
    bindGetUserInfo: function () {
      var that = this
      wx.getUserInfo({
        withCredentials: true,
        success: function (res) {
          var userInfo = res.userInfo
          var encryptedData = res.encryptedData
          var iv = res.iv
          that.getUserInfo(encryptedData, iv);
        },fail: function(){

        }
      })
    },

    getUserInfo: function (encryptedData, iv) {
      var that = this
      // 构造请求头，包含 code、encryptedData 和 iv
      var header = {};
      var session = qcloud.getSession();
      if(!session){
        util.showAlert('请刷新重试');
        return;
      }
      header[constants.WX_HEADER_ID] = session.id;
      header[constants.WX_HEADER_SKEY] = session.skey;
      header[constants.WX_HEADER_ENCRYPTED_DATA] = encryptedData;
      header[constants.WX_HEADER_IV] = iv;
      qcloud.request({
        login: true,
        url: '${USER_URL}',
        header: header,
        method: 'get',
        data: {},
        success: function (result) {
          var data = result.data;
          wx.setStorageSync('userInfo', data.data.userInfo);
          that.setData({ userInfo: data.data.userInfo})
        },
        fail: function () {
        },
      });
    },
  })`

function openPage(environment) {
  const clock = new VirtualClock()
  const server = new WaferServer({ clock })
  const app = startApp({ environment, clock, server, user: { anonymous: false } })
  app.qcloud.setLoginUrl(LOGIN_URL)
  const alerts = []
  const shown = []
  const page = app.run(PAGE)({ showAlert: (text) => alerts.push(text) })
  page.setData = (data) => shown.push(app.copy(data))
  return { app, clock, server, page, alerts, shown }
}

for (const environment of environments) {
  test(`the fork's page shows and stores what the server decrypted [${environment}]`, async () => {
    const { app, clock, server, page, shown, alerts } = openPage(environment)
    await clock.until(app.qcloud.login())
    page.bindGetUserInfo()
    await clock.runUntilIdle()
    assert.equal(shown.length, 1)
    assert.equal(shown[0].userInfo.nickName, '小明')
    assert.equal(app.fake.stored('userInfo').nickName, '小明')
    const [{ options }] = app.fake.calls('request', ({ url }) => url === USER_URL)
    assert.deepEqual(Object.keys(options.header).sort(), [
      'X-WX-Encrypted-Data',
      'X-WX-IV',
      'X-WX-Id',
      'X-WX-Skey'
    ])
    assert.equal(options.method, 'get')
    assert.equal(server.records.undecryptable, 0)
    assert.deepEqual(alerts, [])
    app.stop()
  })

  test(`the fork's page asks for a refresh where there is no session [${environment}]`, async () => {
    const { app, clock, page, alerts } = openPage(environment)
    page.getUserInfo('data', 'iv')
    await clock.runUntilIdle()
    assert.deepEqual(alerts, ['请刷新重试'])
    assert.equal(app.fake.count('request'), 0)
    app.stop()
  })
}
