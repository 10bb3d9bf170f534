import { api } from './callbacks.js'

/** Where things are on the page in front, and scrolling to them. `screen` answers its scroll container. */
export function layout(screen) {
  const place = (selector) => {
    const node = screen().querySelector(selector)
    if (!node) return null
    const top = screen().getBoundingClientRect().top
    const { left, right, width, height, top: from, bottom } = node.getBoundingClientRect()
    return { left, right, width, height, top: from - top, bottom: bottom - top }
  }
  return {
    getWindowInfo: () => ({ windowWidth: screen().clientWidth, windowHeight: screen().clientHeight }),
    createSelectorQuery: () => new SelectorQuery(place),
    pageScrollTo: api('pageScrollTo', ({ scrollTop, selector, duration = 300 }) => {
      const isStill = duration === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches
      const top = selector ? place(selector).top + screen().scrollTop : scrollTop
      screen().scrollTo({ top, behavior: isStill ? 'instant' : 'smooth' })
    })
  }
}

/** The part of WeChat's SelectorQuery that tells rectangles. */
class SelectorQuery {
  constructor(place) {
    this.place = place
    this.asked = []
  }

  select(selector) {
    this.selector = selector
    return this
  }

  boundingClientRect(callback) {
    const { selector } = this
    this.asked.push(() => {
      const rectangle = this.place(selector)
      callback?.(rectangle)
      return rectangle
    })
    return this
  }

  exec(callback) {
    // What was just set is drawn before it is measured.
    requestAnimationFrame(() => {
      const rectangles = this.asked.map((ask) => ask())
      callback?.(rectangles)
    })
  }
}
