// Why WeChat gave nothing: the user said no, or did not agree to the privacy terms.
const language = require('../../demo/language')

const PRIVACY_REFUSED = 104

function refusal({ errMsg, errno }) {
  const t = language.words().profile
  if (errno === PRIVACY_REFUSED) return new Error(t.privacy)
  return new Error(/deny|denied|拒绝/.test(errMsg) ? t.denied : errMsg)
}

module.exports = { refusal }
