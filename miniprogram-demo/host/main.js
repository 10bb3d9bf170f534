import * as app from 'miniprogram:app'
import { Bars } from './frame/bars.js'
import { createDialogs } from './frame/dialogs.js'
import { Overlays } from './frame/overlays.js'
import { showPanel } from './frame/panel.js'
import { Settings } from './frame/settings.js'
import { NicknameKeyboard } from './frame/nickname.js'
import { Pages } from './runtime/pages.js'
import { PullDownRefresh } from './runtime/pull-down.js'
import { createWx } from './wx/index.js'
import { WXWebAssembly } from './wx/wasm.js'

const find = (selector) => document.querySelector(selector)
const settings = new Settings()
const overlays = new Overlays(find('.overlays'))
const dialogs = createDialogs(overlays, app.config.window.navigationBarTitleText)

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
showPanel({ settings, wx, overlays })
