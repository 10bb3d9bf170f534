import { storage } from '../wx/storage.js'
import { CHOICE, words } from './words.js'

const KEY = 'host:settings'

/**
 * Which WeChat this is: the person signed in to it (`?user=` in the address names another one), how old it is, and
 * whether that person agreed to the privacy terms. Outlives a reload, as WeChat's own memory does.
 */
export class Settings {
  constructor() {
    const stored = JSON.parse(localStorage.getItem(KEY) || '{}')
    this.user = new URLSearchParams(location.search).get('user') || 'demo'
    this.values = { era: 'today', privacyAgreed: false, ...stored }
  }

  /** What the frame says, in the language that the mini-program speaks. */
  get words() {
    return words(storage.getStorageSync(CHOICE))
  }

  get profile() {
    const { nickName, ...place } = this.words.person
    // A picture of the simulator's, as WeChat's pictures are on WeChat's servers.
    const avatarUrl = new URL('avatars/simulated.svg', document.baseURI).href
    return { nickName, gender: 2, language: this.words.lang.replace('-', '_'), ...place, avatarUrl }
  }

  /** The avatar as a file, for an app to upload. */
  get picture() {
    return new URL('assets/avatar-user.png', document.baseURI).href
  }

  get era() {
    return this.values.era
  }

  set era(era) {
    this.save({ era })
  }

  get privacyAgreed() {
    return this.values.privacyAgreed
  }

  set privacyAgreed(privacyAgreed) {
    this.save({ privacyAgreed })
  }

  save(change) {
    Object.assign(this.values, change)
    localStorage.setItem(KEY, JSON.stringify(this.values))
  }
}
