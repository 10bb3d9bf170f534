import { Failure } from './callbacks.js'

/**
 * WeChat's side of things, asked from the simulator inside the session server: codes and encrypted data under the
 * session_key that the server will decrypt them with.
 */
export class WechatSimulator {
  constructor(settings) {
    this.settings = settings
  }

  async ask(path, body) {
    const response = await this.post(path, body)
    if (response.status === 404) throw new Failure('the session server runs without the WeChat simulator')
    if (!response.ok) throw new Failure(`the WeChat simulator answered ${response.status}`)
    return response.json()
  }

  /** The user's data as WeChat hands it out, or null if there is no session_key to encrypt it with. */
  async encrypt(userInfo) {
    const response = await this.post('encrypted-data', { userInfo })
    return response.ok ? response.json() : null
  }

  async post(path, body) {
    try {
      return await fetch(`/dev/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user: this.settings.user, ...body })
      })
    } catch (error) {
      throw new Failure(error.message)
    }
  }
}
