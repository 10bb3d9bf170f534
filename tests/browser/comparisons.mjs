/** Taps on the page that sets old and new side by side, and reads what it then shows. */
export class Comparisons {
  constructor(phone) {
    this.phone = phone
  }

  /** Taps one of the steps, and answers what is shown when both SDKs are done. */
  async after(id) {
    await this.phone.front.locator(`[role=button]`).and(this.step(id)).click()
    return this.shown()
  }

  step(id) {
    return this.phone.front.locator(`.step, .more__item`).nth(ORDER.indexOf(id))
  }

  /** Waits for both SDKs. */
  async shown() {
    await this.phone.front.locator('.step[aria-disabled=false]').first().waitFor()
    return this.phone.front.evaluate((page) => {
      const texts = (root, selector) =>
        [...root.querySelectorAll(selector)].map((node) => node.textContent.trim())
      const rows = [...page.querySelectorAll('.table__row')].slice(1)
      const table = rows.map((row) => texts(row, '.table__number'))
      const column = (index) => {
        const [succeeded, logins, native, session] = table.map((row) => row[index])
        const side = page.querySelectorAll('.side')[index]
        return {
          succeeded,
          logins: Number(logins),
          native: Number(native),
          session,
          records: side.querySelector('.side__records').textContent.match(/\d+/g)?.map(Number),
          calls: Object.fromEntries(
            texts(side, '.side__calls')[0]
              .split(', ')
              .map((call) => [call.split(' ×')[0], Number(call.split(' ×')[1] ?? 1)])
          ),
          lines: [...side.querySelectorAll('.timeline--line')].map((line) =>
            [...texts(line, '.timeline--line__text'), ...texts(line, '.timeline--line__count')].join(' ')
          )
        }
      }
      return {
        headline: texts(page, '.result__headline'),
        proof: texts(page, '.result__proof')[0],
        names: texts(page, '.table__head').slice(-2),
        now: column(0),
        before: column(1)
      }
    })
  }
}

/** The steps in the order in which they stand. */
export const ORDER = ['cold', 'expired', 'warm', 'offline', 'broken', 'refused', 'logout']
