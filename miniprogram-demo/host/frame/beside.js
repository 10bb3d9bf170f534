import { element } from './element.js'

/** As in beside.css. */
const WITH_ROOM = matchMedia('(min-width: 75em) and (min-height: 35em)')

/**
 * What stands beside the screen, or comes up from below where there is no room beside it: what this is, and the
 * settings of the simulated WeChat. The capsule button of the navigation bar brings it and takes it away.
 */
export class Beside {
  constructor({ settings, wx, overlays }) {
    Object.assign(this, { settings, wx, overlays })
    this.panel = document.querySelector('.beside')
    this.menu = document.querySelector('.capsule__menu')
    this.restart = document.querySelector('.capsule__close')
    this.close = this.panel.querySelector('.beside__close')
    this.section = element('section', { class: 'settings' })
    this.panel.append(this.section)
    this.menu.addEventListener('click', () => this.toggle())
    this.close.addEventListener('click', () => this.toggle())
    this.restart.addEventListener('click', () => location.reload())
    this.panel.addEventListener('keydown', ({ key }) => key === 'Escape' && this.isOpen && this.toggle())
    WITH_ROOM.addEventListener('change', () => this.tell())
    this.tell()
    this.show()
  }

  /** Beside the screen it is open from the start. */
  get isOpen() {
    return this.panel.classList.contains('beside_toggled') !== WITH_ROOM.matches
  }

  toggle() {
    this.panel.classList.toggle('beside_toggled')
    this.tell()
    if (this.isOpen) this.panel.focus({ preventScroll: true })
    else this.menu.focus({ preventScroll: true })
  }

  tell() {
    this.menu.setAttribute('aria-expanded', String(this.isOpen))
  }

  /** Says everything in the language of now. */
  show() {
    const { words, era } = this.settings
    document.documentElement.lang = words.lang
    this.menu.setAttribute('aria-label', words.menu)
    this.restart.setAttribute('aria-label', words.restart)
    this.close.setAttribute('aria-label', words.close)
    const choice = element(
      'select',
      { 'aria-label': words.era, onchange: () => this.changeEra(choice.value) },
      ...Object.entries(words.eras)
        .sort(([one], [other]) => other.localeCompare(one))
        .map(([value, [label]]) => element('option', { value, selected: value === era }, label))
    )
    const action = (text, onclick) => element('button', { class: 'settings__action', onclick }, text)
    this.section.replaceChildren(
      element('h2', {}, words.settings),
      element('label', { class: 'settings__row' }, element('span', {}, words.era), choice),
      element('p', { class: 'settings__note' }, words.eras[era][1]),
      action(words.withdraw, () => this.withdrawConsent()),
      action(words.clear, () => {
        this.wx.clearStorageSync()
        location.reload()
      })
    )
  }

  changeEra(era) {
    this.settings.era = era
    location.reload()
  }

  withdrawConsent() {
    this.settings.privacyAgreed = false
    this.overlays.toast(this.settings.words.withdrawn, 'success', 1500)
  }
}
