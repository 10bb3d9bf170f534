import { aria } from './aria.js'
import { addHover } from './hover.js'

/**
 * `<button>` and `<input>`. `openTypes` maps an open-type to what WeChat does when such a button is tapped;
 * `keyboard` is shown for `<input type="nickname">`.
 */
export function formComponents(space, { openTypes, keyboard }) {
  return { button: button(space, openTypes), input: input(space, keyboard) }
}

function button(space, openTypes) {
  const definition = space
    .define('button')
    .property('type', { type: String, value: 'default' })
    .property('size', { type: String, value: 'default' })
    .property('plain', { type: Boolean, value: false })
    .property('disabled', { type: Boolean, value: false })
    .property('loading', { type: Boolean, value: false })
    .property('openType', { type: String, value: '' })
  return aria(
    addHover(definition, { hoverClass: 'button-hover', startTime: 20, stayTime: 70 }).init(
      ({ self, lifetime, observer }) => {
        const show = () => {
          const { type, size, plain, disabled, loading } = self.data
          const element = self.$$
          element.type = 'button'
          element.disabled = disabled
          Object.assign(element.dataset, { kind: type, size, plain, loading })
        }
        observer(['type', 'size', 'plain', 'disabled', 'loading'], () => self.$$ && show())
        lifetime('attached', () => {
          show()
          // glass-easel makes taps of fingers and mice; a keyboard only clicks.
          self.$$.addEventListener('click', (event) => {
            if (event.detail === 0) self.triggerEvent('tap', {}, { bubbles: true, composed: true })
          })
          self.addListener('tap', async () => {
            const open = openTypes[self.data.openType]
            if (!open) return
            const answer = await open()
            if (answer) self.triggerEvent(self.data.openType.toLowerCase(), answer)
          })
        })
      }
    )
  )
}

function input(space, keyboard) {
  return aria(
    space
      .define('input')
      .property('value', { type: String, value: '' })
      .property('type', { type: String, value: 'text' })
      .property('placeholder', { type: String, value: '' })
      .property('maxlength', { type: Number, value: 140 })
      .property('disabled', { type: Boolean, value: false })
      .init(({ self, lifetime, observer }) => {
        const show = () => {
          const { value, placeholder, maxlength, disabled } = self.data
          const element = self.$$
          if (element.value !== value) element.value = value
          Object.assign(element, { placeholder, disabled, autocomplete: 'off' })
          element.maxLength = maxlength
        }
        observer(['value', 'placeholder', 'maxlength', 'disabled'], () => self.$$ && show())
        lifetime('attached', () => {
          const element = self.$$
          show()
          const report = (name) => self.triggerEvent(name, { value: element.value })
          element.addEventListener('input', () => report('input'))
          element.addEventListener('blur', () => report('blur'))
          element.addEventListener('change', () => report('change'))
          element.addEventListener('focus', async () => {
            report('focus')
            if (self.data.type !== 'nickname') return
            const allowed = await keyboard.open((nickname) => {
              element.value = nickname
              report('input')
            })
            if (!allowed) element.blur()
          })
          element.addEventListener('blur', () => keyboard.close())
          element.addEventListener('keydown', (event) => {
            if (event.key === 'Enter') report('confirm')
          })
        })
      })
  )
}
