// Session requests of this demo to its server, as promises of what the database holds about the user.
const qcloud = require('wafer-client-wasm')
const language = require('./language')
const { baseUrl } = require('../config')

function storedUser(data, statusCode) {
  if (statusCode !== 200) throw new Error(language.words().profile.badStatus(statusCode))
  return Object.assign(
    {},
    data.data.userInfo,
    data.data.phoneNumber && { phoneNumber: data.data.phoneNumber }
  )
}

function request(path, options) {
  return qcloud
    .request(Object.assign({ login: true, url: baseUrl + path }, options))
    .then(({ data, statusCode }) => storedUser(data, statusCode))
}

function upload(path, filePath) {
  return qcloud
    .uploadFile({ login: true, url: baseUrl + path, filePath, name: 'avatar' })
    .then(({ data, statusCode }) => storedUser(JSON.parse(data), statusCode))
}

module.exports = { request, upload }
