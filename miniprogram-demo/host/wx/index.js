import { account } from './account.js'
import { api, Failure } from './callbacks.js'
import { layout } from './layout.js'
import { interaction } from './interaction.js'
import { downloadFile, request, uploadFile } from './network.js'
import { Privacy } from './privacy.js'
import { Profile } from './profile.js'
import { WechatSimulator } from './simulator.js'
import { connectSocket } from './socket.js'
import { storage } from './storage.js'
import { system } from './system.js'

/**
 * The part of `wx` that the demo and the SDK use, for browsers. Returns it with what WeChat does when a button with
 * an open-type is tapped.
 */
export function createWx({ settings, overlays, dialogs, tabs, bars, screen, pullDown }) {
  const simulator = new WechatSimulator(settings)
  const privacy = new Privacy(settings, dialogs.confirmPrivacy)
  const profile = new Profile({ settings, simulator, privacy, dialogs })
  const wx = {
    request,
    uploadFile,
    downloadFile,
    connectSocket,
    ...storage,
    ...account(simulator),
    ...privacy.api,
    ...profile.api,
    ...interaction(overlays, settings),
    switchTab: api('switchTab', ({ url }) => {
      if (!tabs.show(url.replace(/^\//, ''))) throw new Failure(`can not switch to no-tabBar page ${url}`)
    }),
    ...layout(screen),
    setTabBarItem: api('setTabBarItem', ({ index, text }) => bars().nameTab(index, text)),
    setNavigationBarTitle: api('setNavigationBarTitle', ({ title }) => bars().setTitle(title)),
    startPullDownRefresh: api('startPullDownRefresh', () => pullDown().refresh()),
    stopPullDownRefresh: api('stopPullDownRefresh', () => pullDown().stop())
  }
  return { wx: Object.assign(wx, system(settings, wx)), openTypes: profile.openTypes, privacy }
}
