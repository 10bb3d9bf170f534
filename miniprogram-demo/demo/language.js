// Chinese or English: as the person chose, else as WeChat (or the browser) is set.
const WORDS = { zh: require('./words/zh'), en: require('./words/en') }
const KEY = 'demo:language'
const TABS = ['compare', 'profile', 'code']

function systemLanguage() {
  const info = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync()
  return /^zh/i.test(info.language || 'zh') ? 'zh' : 'en'
}

const chosen = wx.getStorageSync(KEY)
let current = chosen in WORDS ? chosen : systemLanguage()

const words = () => WORDS[current]

// Some runtimes have tabs whose names cannot be changed.
function nameTabs() {
  if (!wx.setTabBarItem) return
  TABS.forEach((tab, index) => wx.setTabBarItem({ index, text: words().tabs[tab] }))
}

module.exports = {
  words,

  // Gives a page its words, and the navigation bar its title. To be called whenever the page is shown.
  show(page, section) {
    nameTabs()
    wx.setNavigationBarTitle({ title: words()[section].navigation })
    page.setData({ t: words()[section] })
  },

  toggle() {
    current = current === 'zh' ? 'en' : 'zh'
    wx.setStorageSync(KEY, current)
  }
}
