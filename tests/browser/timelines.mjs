/** Reads the timelines that the session page draws. */
export class Timelines {
  constructor(phone) {
    this.phone = phone
  }

  /** Taps the button whose text begins so, and answers the timeline that follows. */
  after(text) {
    const buttons = this.phone.front.locator('[role=button]')
    return this.afterAction(() => buttons.filter({ hasText: new RegExp(`^${text}`) }).click())
  }

  async afterAction(act) {
    const runs = this.phone.front.locator('.run')
    const drawn = await runs.count()
    await act()
    await runs.nth(drawn).waitFor()
    return runs.first().evaluate((node) => {
      const text = (selector) => node.querySelector(selector).textContent
      const native = text('.run__native').split(' ').filter(Boolean)
      return {
        title: text('.run__title'),
        result: text('.run__result'),
        tone: node.querySelector('.run__result').classList.contains('run__result_bad') ? 'bad' : 'good',
        total: parseInt(text('.run__cost'), 10),
        native: Object.fromEntries(native.map((part) => [part.split('×')[0], Number(part.split('×')[1])])),
        steps: [...node.querySelectorAll('.step__text')].map((step) => step.textContent)
      }
    })
  }
}
