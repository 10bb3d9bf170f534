import { moveFocus } from '../frame/arrow-keys.js'

/** The `aria-…` attributes that WeChat passes on, by the names of their properties here. */
const ATTRIBUTES = {
  ariaRole: 'role',
  ariaLabel: 'aria-label',
  ariaLevel: 'aria-level',
  ariaLive: 'aria-live',
  ariaAtomic: 'aria-atomic',
  ariaChecked: 'aria-checked',
  ariaDisabled: 'aria-disabled',
  ariaHidden: 'aria-hidden',
  ariaSelected: 'aria-selected'
}
const PRESSED = ['button', 'tab', 'radio']

/** Makes a component accessible: its attributes reach the browser, and what can be tapped can be used by keyboard. */
export function aria(definition) {
  const names = Object.keys(ATTRIBUTES)
  return names
    .reduce((defined, name) => defined.property(name, { type: String, value: '' }), definition)
    .init(({ self, lifetime, observer }) => {
      const show = () => {
        for (const [property, attribute] of Object.entries(ATTRIBUTES)) {
          const value = self.data[property]
          if (value !== '') self.$$.setAttribute(attribute, value)
        }
        const { ariaRole, ariaSelected, ariaChecked } = self.data
        if (!PRESSED.includes(ariaRole)) return
        // The tabulator key reaches only the chosen one of tabs and radio buttons; the arrow keys reach the others from
        // there.
        const isChosen = [ariaSelected, ariaChecked].find((value) => value !== '') ?? 'true'
        self.$$.tabIndex = isChosen === 'true' ? 0 : -1
      }
      observer(names, () => self.$$ && show())
      lifetime('attached', () => {
        show()
        if (PRESSED.includes(self.data.ariaRole)) listen(self)
      })
    })
}

// A phone's screen reader taps; a person with a keyboard presses keys.
function listen(component) {
  const element = component.$$
  const tap = () => component.triggerEvent('tap', {}, { bubbles: true, composed: true })
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    tap()
  })
  if (component.data.ariaRole === 'button') return
  moveFocus(element, component.data.ariaRole)
  element.addEventListener('focus', () => {
    const isChosen = element.getAttribute('aria-selected') ?? element.getAttribute('aria-checked')
    // Focus that comes by an arrow chooses, as everywhere on the web.
    if (isChosen === 'false' && element.matches(':focus-visible')) tap()
  })
}
