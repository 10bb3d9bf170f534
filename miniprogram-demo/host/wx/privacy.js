import { api, call, Failure } from './callbacks.js'

const refusal = () => new Failure('privacy permission is not authorized', { errno: 104 })

/**
 * WeChat's privacy gate: before an API touches personal data, the user must have agreed to the mini-program's
 * privacy terms. Without a listener for onNeedPrivacyAuthorization WeChat shows a dialog of its own, as here.
 */
export class Privacy {
  constructor(settings, ask) {
    this.settings = settings
    this.ask = ask
    this.listener = null
    this.api = {
      getPrivacySetting: api('getPrivacySetting', () => ({
        needAuthorization: !settings.privacyAgreed,
        privacyContractName: settings.words.contract
      })),
      requirePrivacyAuthorize: api('requirePrivacyAuthorize', () => this.require()),
      onNeedPrivacyAuthorization: (listener) => void (this.listener = listener)
    }
  }

  async require() {
    if (this.settings.privacyAgreed) return
    const agreed = this.listener ? await this.askListener() : await this.ask(this.settings.words.contract)
    if (!agreed) throw refusal()
    this.settings.privacyAgreed = true
  }

  askListener() {
    return new Promise((resolve) => {
      const decide = ({ event }) => {
        if (event === 'agree') resolve(true)
        if (event === 'disagree') resolve(false)
      }
      call(this.listener, decide, { referrer: 'host' })
    })
  }
}
