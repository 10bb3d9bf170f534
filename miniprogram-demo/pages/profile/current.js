// The way that WeChat asks for today: avatar and nickname filled in by the user, the phone number by a code.
const { request, upload } = require('../../demo/requests')
const { refusal } = require('./refusal')

function load() {
  return request('/user').then((user) => ({ user }))
}

function save(avatarUrl, nickName) {
  return (avatarUrl ? upload('/avatar', avatarUrl) : Promise.resolve())
    .then((user) => (nickName ? request('/profile', { method: 'POST', data: { nickName } }) : user))
    .then((user) => ({ user, outcome: (t) => t.saved }))
}

function savePhoneNumber({ code, errMsg, errno }) {
  if (!code) return Promise.reject(refusal({ errMsg, errno }))
  return request('/phone', { method: 'POST', data: { code } }).then((user) => ({
    user,
    outcome: (t) => t.phoneSaved(user.phoneNumber)
  }))
}

module.exports = { load, save, savePhoneNumber }
