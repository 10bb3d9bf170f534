import { addHover } from './hover.js'
import imageTemplate from './image.wxml'

/** `<view>`, `<text>`, `<scroll-view>` and `<image>`. */
export function contentComponents(space) {
  return {
    view: view(space),
    text: space
      .define('text')
      .property('userSelect', { type: Boolean, value: false })
      .property('selectable', { type: Boolean, value: false })
      .init(({ self, lifetime, observer }) => {
        const show = () =>
          self.$$.classList.toggle('text-selectable', self.data.userSelect || self.data.selectable)
        lifetime('attached', show)
        observer(['userSelect', 'selectable'], () => self.$$ && show())
      }),
    'scroll-view': space
      .define('scroll-view')
      .property('scrollX', { type: Boolean, value: false })
      .property('scrollY', { type: Boolean, value: false })
      .init(({ self, lifetime }) => {
        lifetime('attached', () => {
          self.$$.classList.toggle('scroll-x', self.data.scrollX)
          self.$$.classList.toggle('scroll-y', self.data.scrollY)
        })
      }),
    image: space
      .define('image')
      .property('src', { type: String, value: '' })
      .property('mode', { type: String, value: 'scaleToFill' })
      .template(imageTemplate)
  }
}

function view(space) {
  const definition = space
    .define('view')
    .property('ariaRole', { type: String, value: '' })
    .property('ariaLabel', { type: String, value: '' })
  return addHover(definition, { hoverClass: 'none', startTime: 50, stayTime: 400 }).init(
    ({ self, lifetime }) => {
      lifetime('attached', () => {
        const { ariaRole, ariaLabel } = self.data
        if (ariaLabel) self.$$.setAttribute('aria-label', ariaLabel)
        if (!ariaRole) return
        self.$$.setAttribute('role', ariaRole)
        if (ariaRole === 'button') addKeyboard(self)
      })
    }
  )
}

// A screen reader of a phone taps; who has a keyboard needs focus and the Enter key.
function addKeyboard(component) {
  component.$$.tabIndex = 0
  component.$$.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    component.triggerEvent('tap', {}, { bubbles: true, composed: true })
  })
}
