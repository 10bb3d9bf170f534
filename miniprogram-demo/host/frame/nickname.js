import { element } from './element.js'

/** The bar above the keyboard of `<input type="nickname">`, which offers the WeChat nickname. */
export class NicknameKeyboard {
  constructor(parent, { settings, privacy }) {
    this.parent = parent
    this.settings = settings
    this.privacy = privacy
    this.bar = null
  }

  /** Opens for an input that got the focus; `onPick` gets the nickname. Resolves to false if privacy was refused. */
  async open(onPick) {
    try {
      await this.privacy.require()
    } catch {
      return false
    }
    const { profile, words } = this.settings
    const { nickName } = profile
    const pick = (event) => {
      // The input must keep its focus, as it does when a key of the keyboard is pressed.
      event.preventDefault()
      this.close()
      onPick(nickName)
    }
    this.close()
    this.bar = element(
      'button',
      { class: 'nickname-bar', onpointerdown: pick },
      words.wechatName,
      element('strong', {}, nickName)
    )
    this.parent.append(this.bar)
    return true
  }

  close() {
    this.bar?.remove()
    this.bar = null
  }
}
