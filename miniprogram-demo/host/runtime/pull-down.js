const TRIGGER_PX = 56
const RESISTANCE = 0.45

/** WeChat's pull-down refresh: the page follows the finger, shows three dots and waits for stopPullDownRefresh. */
export class PullDownRefresh {
  constructor(parent, pages) {
    this.parent = parent
    this.pages = pages
    this.start = null
    this.refreshing = false
    parent.addEventListener('pointerdown', (event) => this.begin(event))
    parent.addEventListener('pointermove', (event) => this.move(event))
    for (const type of ['pointerup', 'pointercancel']) parent.addEventListener(type, () => this.end())
    // Without this the browser takes a downward swipe at the top for itself and cancels the pointer.
    parent.addEventListener('touchmove', (event) => this.distance > 0 && event.preventDefault(), {
      passive: false
    })
  }

  get distance() {
    return this.start?.distance ?? 0
  }

  begin({ clientY, pointerType, target }) {
    const page = this.pages.current
    const typing = target.closest('input')
    if (this.refreshing || typing || !page.config.enablePullDownRefresh || page.scroller.scrollTop > 0) return
    this.start = { y: clientY, distance: 0, isMouse: pointerType === 'mouse' }
  }

  move({ clientY, buttons }) {
    if (!this.start || (this.start.isMouse && !buttons)) return
    this.start.distance = Math.max(0, (clientY - this.start.y) * RESISTANCE)
    this.place(this.start.distance)
  }

  end() {
    if (!this.start) return
    const far = this.start.distance > TRIGGER_PX
    this.start = null
    if (far) this.refresh()
    else this.place(0)
  }

  refresh() {
    this.refreshing = true
    this.place(TRIGGER_PX)
    this.pages.call('onPullDownRefresh')
  }

  stop() {
    this.refreshing = false
    this.place(0)
  }

  place(distance) {
    this.parent.style.setProperty('--pull', `${Math.min(distance, 2 * TRIGGER_PX)}px`)
    this.parent.classList.toggle('pulled', distance > 0)
    this.parent.classList.toggle('pull-settling', !this.start)
  }
}
