import * as app from 'miniprogram:app'
import { Bars } from './frame/bars.js'
import { createDialogs } from './frame/dialogs.js'
import { Overlays } from './frame/overlays.js'
import { Beside } from './frame/beside.js'
import { Settings } from './frame/settings.js'
import { NicknameKeyboard } from './frame/nickname.js'
import { CHOICE } from './frame/words.js'
import { Pages } from './runtime/pages.js'
import { PullDownRefresh } from './runtime/pull-down.js'
import { createWx } from './wx/index.js'
import { onWrite } from './wx/storage.js'
import { WXWebAssembly } from './wx/wasm.js'

const find = (selector) => document.querySelector(selector)
const settings = new Settings()
const overlays = new Overlays(find('.overlays'), settings)
const dialogs = createDialogs(overlays, settings)

const show = (path) => {
  const isTab = app.config.tabBar.list.some(({ pagePath }) => pagePath === path)
  if (isTab) pages.show(path)
  return isTab
}

const { wx, openTypes, privacy } = createWx({
  settings,
  overlays,
  dialogs,
  tabs: { show },
  bars: () => bars,
  screen: () => pages.current.scroller,
  pullDown: () => pullDown
})

const bars = new Bars({ app, navigation: find('.navigation'), tabBar: find('.tab-bar'), onTab: show })
const keyboard = new NicknameKeyboard(find('.keyboard'), { settings, privacy })
const pages = new Pages({
  app,
  parent: find('.pages'),
  openTypes,
  keyboard,
  onChange: (page) => bars.show(page)
})
const pullDown = new PullDownRefresh(find('.pages'), pages)

let instance
Object.assign(globalThis, {
  wx,
  WXWebAssembly,
  App: (definition) => (instance = definition),
  getApp: () => instance,
  getCurrentPages: () => [pages.current.instance]
})

app.run()
instance.onLaunch?.(wx.getLaunchOptionsSync())
instance.onShow?.(wx.getLaunchOptionsSync())
pages.load()
pages.show(app.pages[0].path)

// The frame speaks the language that the person chooses in the mini-program.
const beside = new Beside({ settings, wx, overlays })
onWrite((key) => key === CHOICE && beside.show())
