import { Failure } from './callbacks.js'

/**
 * WeChat's side of things, asked from the simulator inside the session server: codes and encrypted data under the
 * session_key that the server will decrypt them with.
 */
export class WechatSimulator {
  constructor(settings) {
    this.settings = settings
  }

  async ask(path, body = {}) {
    let response
    try {
      response = await fetch(`/dev/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user: this.settings.user, ...body })
      })
    } catch (error) {
      throw new Failure(error.message)
    }
    if (response.status === 404) throw new Failure('the session server runs without the WeChat simulator')
    if (!response.ok) throw new Failure(`the WeChat simulator answered ${response.status}`)
    return response.json()
  }
}
