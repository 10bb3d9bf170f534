import { addHover } from './hover.js'
import imageTemplate from './image.wxml'
import { aria } from './aria.js'

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
    'scroll-view': aria(
      space
        .define('scroll-view')
        .property('scrollX', { type: Boolean, value: false })
        .property('scrollY', { type: Boolean, value: false })
        .init(({ self, lifetime }) => {
          lifetime('attached', () => {
            self.$$.classList.toggle('scroll-x', self.data.scrollX)
            self.$$.classList.toggle('scroll-y', self.data.scrollY)
            // Those who have only a keyboard must be able to reach what scrolls.
            self.$$.tabIndex = 0
          })
        })
    ),
    image: aria(
      space
        .define('image')
        .property('src', { type: String, value: '' })
        .property('mode', { type: String, value: 'scaleToFill' })
        .template(imageTemplate)
    )
  }
}

function view(space) {
  const hover = { hoverClass: 'none', startTime: 50, stayTime: 400 }
  return aria(addHover(space.define('view'), hover))
}
