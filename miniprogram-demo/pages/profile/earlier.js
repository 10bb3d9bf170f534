// The ways of earlier years, as they were taught. Each still works where WeChat still hands out the data.
const qcloud = require('wafer-client-wasm')
const language = require('../../demo/language')
const { request } = require('../../demo/requests')
const { refusal } = require('./refusal')

const ANONYMOUS = '微信用户'

function decrypted(user) {
  return { user, outcome: (t) => t.decrypted(user.nickName) }
}

// WeChat no longer tells who this is. Storing "微信用户" would only overwrite what the user once filled in.
function anonymous(userInfo) {
  if (userInfo.nickName !== ANONYMOUS) return null
  return Promise.reject(new Error(language.words().profile.onlyAnonymous))
}

// Sends encrypted user data along with a session request; the server decrypts it.
function saveUserData(result) {
  if (!result.userInfo) return Promise.reject(refusal(result))
  const { encryptedData, iv } = result
  return anonymous(result.userInfo) || request('/user', { encryptedData, iv }).then(decrypted)
}

function profileInTap(desc) {
  return qcloud.getUserProfile({ desc }).then(saveUserData, (error) => {
    throw error.type === qcloud.ERR_USER_DENIED ? refusal(error.detail) : error
  })
}

// Consent first, then the login, then the profile that came with the consent.
function loginAfterConsent({ userInfo, errMsg, errno }) {
  if (!userInfo) return Promise.reject(refusal({ errMsg, errno }))
  return (
    anonymous(userInfo) ||
    qcloud
      .login()
      .then(() =>
        request('/profile', {
          method: 'POST',
          data: { nickName: userInfo.nickName, avatarUrl: userInfo.avatarUrl }
        })
      )
      .then((user) => ({ user, outcome: (t) => t.agreed(user.nickName) }))
  )
}

function headersByHand({ userInfo, errMsg, errno }) {
  if (!userInfo) return Promise.reject(refusal({ errMsg, errno }))
  const session = qcloud.getSession()
  if (!session) return Promise.reject(new Error(language.words().profile.noSession))
  return new Promise((resolve, reject) => {
    wx.getUserInfo({
      withCredentials: true,
      success: resolve,
      fail: (failure) => reject(refusal(failure))
    })
  }).then((result) => {
    const header = {}
    header[qcloud.WX_HEADER_ID] = session.id
    header[qcloud.WX_HEADER_SKEY] = session.skey
    header[qcloud.WX_HEADER_ENCRYPTED_DATA] = result.encryptedData
    header[qcloud.WX_HEADER_IV] = result.iv
    return anonymous(result.userInfo) || request('/user', { header }).then(decrypted)
  })
}

function profileThenLogin(desc) {
  return new Promise((resolve, reject) => {
    wx.getUserProfile({ desc, success: resolve, fail: (failure) => reject(refusal(failure)) })
  }).then(loginAfterConsent)
}

module.exports = { saveUserData, profileInTap, loginAfterConsent, headersByHand, profileThenLogin }
