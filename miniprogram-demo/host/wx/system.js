import { systemLanguage } from '../frame/words.js'
import { api } from './callbacks.js'

const LIBRARY_VERSIONS = { 2020: '2.9.5', 2022: '2.24.0', today: '3.7.12' }

/** Base library versions that brought what a page may ask `wx.canIUse` about. */
const SINCE = {
  getUserProfile: '2.10.4',
  'button.open-type.getUserInfo': '1.3.0',
  'button.open-type.chooseAvatar': '2.21.2',
  'button.open-type.getPhoneNumber': '1.2.0',
  'input.type.nickname': '2.21.2'
}

const atLeast = (version, required) => {
  const [have, need] = [version, required].map((text) => text.split('.').map(Number))
  const difference = have.map((part, index) => part - need[index]).find((part) => part !== 0)
  return (difference ?? 0) >= 0
}

const theme = () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')

/** What a mini-program can learn about where it runs. */
export function system(settings, wx) {
  const SDKVersion = LIBRARY_VERSIONS[settings.era]
  const info = () => ({
    SDKVersion,
    theme: theme(),
    platform: 'browser',
    language: systemLanguage(),
    pixelRatio: devicePixelRatio
  })
  return {
    getSystemInfoSync: info,
    getAppBaseInfo: info,
    getExtConfigSync: () => ({ baseUrl: location.origin, simulatedUser: settings.user }),
    getLaunchOptionsSync: () => ({ path: 'pages/session/session', scene: 1001, query: {} }),
    getApiCategory: () => 'default',
    getNetworkType: api('getNetworkType', () => ({ networkType: navigator.onLine ? 'wifi' : 'none' })),
    canIUse: (name) => (name in SINCE ? atLeast(SDKVersion, SINCE[name]) : name.split('.')[0] in wx)
  }
}
