const STEPS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }

/** Lets the arrow keys, Home and End move the focus among the elements of a role that lie beside this one. */
export function moveFocus(element, role) {
  element.addEventListener('keydown', (event) => {
    const all = [...element.parentElement.querySelectorAll(`:scope > [role=${role}]`)]
    const target =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? all.length - 1
          : event.key in STEPS
            ? (all.indexOf(element) + STEPS[event.key] + all.length) % all.length
            : -1
    if (target < 0) return
    event.preventDefault()
    all[target].focus()
  })
}
