/** Login, user data, privacy: the APIs that ask who the user is. */
import { HostFailure } from './host.mjs'

const PRIVACY_REFUSED = ['privacy permission is not authorized', 104]
const PRIVACY_UNDECLARED = ['api scope is not declared in the privacy agreement', 112]
const CALLS_A_SECOND = 4
const LIMITED_APIS = ['login', 'checkSession', 'getUserInfo', 'getUserProfile']

export const ANONYMOUS_USER_INFO = {
  nickName: '微信用户',
  gender: 0,
  language: '',
  city: '',
  province: '',
  country: '',
  avatarUrl:
    'https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132'
}

const KNOWN_USER_INFO = {
  nickName: '小明',
  gender: 1,
  language: 'zh_CN',
  city: '广州',
  province: '广东',
  country: '中国',
  avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/xiaoming/132'
}

/**
 * @param user who holds the phone and what they answer when they are asked: `{ id, userInfo, anonymous,
 *   denies: ['getUserProfile', …], denial, agreesPrivacy }`. `anonymous` (default) is what WeChat gives today;
 *   `denial`: iOS and Android word a refusal differently, 'auth deny' and 'auth denied'.
 */
export function createAccount(host, { wechat, user, state, rateLimit }) {
  const person = {
    id: 'demo',
    userInfo: KNOWN_USER_INFO,
    anonymous: true,
    denies: [],
    denial: 'auth deny',
    agreesPrivacy: true,
    ...user
  }
  const recent = new Map()

  function checkRate(api) {
    if (!rateLimit || !LIMITED_APIS.includes(api)) return
    const now = host.clock.elapsed()
    const times = (recent.get(api) ?? []).filter((time) => now - time < 1000)
    if (times.length >= CALLS_A_SECOND) throw new HostFailure('频繁调用会增加电量损耗')
    recent.set(api, [...times, now])
  }

  /* Refusals that WeChat decides when the call arrives, before anything is looked up. */
  function gate(api, { online = true } = {}) {
    if (state.singlePage) throw new HostFailure("can't be called in single page mode")
    checkRate(api)
    if (online && state.offline) throw new HostFailure('net::ERR_INTERNET_DISCONNECTED', 600001)
  }

  function requirePrivacy() {
    if (!state.privacy.declared) throw new HostFailure(...PRIVACY_UNDECLARED)
    if (state.privacy.needed && !state.privacy.agreed) throw new HostFailure(...PRIVACY_REFUSED)
  }

  async function chain(value, next) {
    return next(await value)
  }

  /* Promises only where the back end makes them: the synchronous mode must stay synchronous. */
  const then = (value, next) => (typeof value?.then === 'function' ? chain(value, next) : next(value))

  function userData({ withCredentials }) {
    const userInfo = person.anonymous ? ANONYMOUS_USER_INFO : person.userInfo
    if (withCredentials === false) return { userInfo, rawData: JSON.stringify(userInfo) }
    return then(wechat.userData(person.id, userInfo), (data) => {
      if (!data) throw new HostFailure('session_key is missing or expired, call wx.login first')
      return { userInfo, ...data }
    })
  }

  const api = {
    login: (options) =>
      host.call('login', options, () => {
        gate('login')
        return then(wechat.code(person.id), (code) => ({ code }))
      }),

    checkSession: (options) =>
      host.call('checkSession', options, () => {
        gate('checkSession')
        return then(wechat.checkSession(person.id), (live) => {
          if (!live) throw new HostFailure('session time out, need relogin')
        })
      }),

    getUserInfo: (options) =>
      host.call('getUserInfo', options, () => {
        gate('getUserInfo')
        requirePrivacy()
        if (person.denies.includes('getUserInfo')) throw new HostFailure(person.denial)
        return userData(options ?? {})
      }),

    getUserProfile(options) {
      /* Read when the call is made: half a latency later the tap is over. */
      const inTap = state.inTap
      return host.call('getUserProfile', options, () => {
        gate('getUserProfile')
        if (typeof options?.desc !== 'string' || options.desc === '') {
          throw new HostFailure('parameter error: parameter.desc should be String instead of Undefined;')
        }
        if (!inTap) throw new HostFailure('can only be invoked by user TAP gesture.')
        requirePrivacy()
        if (person.denies.includes('getUserProfile')) throw new HostFailure(person.denial)
        return userData({ withCredentials: true })
      })
    },

    getSetting: (options) =>
      host.call('getSetting', options, () => ({
        authSetting: { 'scope.userInfo': !person.denies.includes('getUserInfo') }
      })),

    getPrivacySetting: (options) =>
      host.call('getPrivacySetting', options, () => ({
        needAuthorization: state.privacy.needed && !state.privacy.agreed,
        privacyContractName: '《小程序隐私保护指引》'
      })),

    requirePrivacyAuthorize: (options) =>
      host.call('requirePrivacyAuthorize', options, () => {
        if (!state.privacy.needed || state.privacy.agreed) return
        if (!person.agreesPrivacy) throw new HostFailure(...PRIVACY_REFUSED)
        state.privacy.agreed = true
      })
  }

  return { api, person }
}
