// The way that WeChat asks for today: avatar and nickname filled in by the user, the phone number by a code.
const { request, upload } = require('../../demo/requests')

function load() {
  return request('/user').then((user) => ({ user }))
}

function save(avatarUrl, nickName) {
  return (avatarUrl ? upload('/avatar', avatarUrl) : Promise.resolve())
    .then((user) => (nickName ? request('/profile', { method: 'POST', data: { nickName } }) : user))
    .then((user) => ({ user, outcome: '已保存，数据库里是新的资料' }))
}

function savePhoneNumber({ code, errMsg, errno }) {
  if (errno === 104) return Promise.reject(new Error('需要先同意隐私保护指引'))
  if (!code) return Promise.reject(new Error(/deny/.test(errMsg) ? '点击了拒绝授权' : errMsg))
  return request('/phone', { method: 'POST', data: { code } }).then((user) => ({
    user,
    outcome: `服务器用 code 换到了手机号 ${user.phoneNumber}`
  }))
}

module.exports = { load, save, savePhoneNumber }
