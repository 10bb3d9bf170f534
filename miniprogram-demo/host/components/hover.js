/**
 * Tap states as WXML has them: `hover-class` is put on after a finger has rested for a moment, and stays a moment
 * longer than the finger, so that a short tap can be seen.
 */
export function addHover(definition, { hoverClass, startTime, stayTime }) {
  return definition
    .property('hoverClass', { type: String, value: hoverClass })
    .property('hoverStartTime', { type: Number, value: startTime })
    .property('hoverStayTime', { type: Number, value: stayTime })
    .property('hoverStopPropagation', { type: Boolean, value: false })
    .init(({ self, lifetime }) => {
      lifetime('attached', () => listen(self, self.$$))
    })
}

function listen(component, element) {
  let timer
  const toggle = (on, delay) => {
    clearTimeout(timer)
    const names = component.data.hoverClass.split(/\s+/).filter((name) => name && name !== 'none')
    if (!names.length) return
    timer = setTimeout(() => names.forEach((name) => element.classList.toggle(name, on)), delay)
  }
  const release = () => toggle(false, component.data.hoverStayTime)
  element.addEventListener('pointerdown', (event) => {
    // The innermost element that asks for it keeps the state to itself.
    if (event.hoverTaken) return
    event.hoverTaken = component.data.hoverStopPropagation
    toggle(true, component.data.hoverStartTime)
  })
  for (const type of ['pointerup', 'pointercancel', 'pointerleave']) element.addEventListener(type, release)
}
