/**
 * A page that a built mini-program has registered, made of its definition as WeChat does it, but without a screen: what
 * the page hands to its template is kept.
 *
 *   const page = open(definition)
 *   const found = await page.until((shown) => …)      // shown: all changes by setData; ends with what is found there
 *   const { data } = attach(definition, { events })     // a component, with what its page hands to it
 */

function make(definition, onChange = () => {}) {
  const properties = Object.entries(definition.properties ?? {}).map(([name, given]) => [name, given?.value])
  const data = { ...structuredClone(definition.data ?? {}), ...Object.fromEntries(properties) }
  const instance = Object.assign(Object.create(definition), definition.methods, {
    data,
    properties: data,
    is: 'pages/index/index',
    route: 'pages/index/index',
    setData(changes, done) {
      // Only onChange sees changes inside of a value.
      const values = Object.entries(changes).filter(([path]) => !/[.[]/.test(path))
      Object.assign(data, Object.fromEntries(values))
      for (const [name, value] of values) {
        definition.properties?.[name]?.observer?.call(instance, value)
        definition.observers?.[name]?.call(instance, value)
      }
      onChange(changes)
      done?.()
    },
    triggerEvent() {},
    selectComponent: () => null,
    selectAllComponents: () => []
  })
  return instance
}

const call = (instance, name, ...values) =>
  (instance.lifetimes?.[name] ?? instance[name])?.apply(instance, values)

export function open(definition) {
  const shown = []
  const waiting = new Set()
  const instance = make(definition, (changes) => {
    shown.push(changes)
    for (const look of waiting) look()
  })
  for (const name of ['created', 'attached']) call(instance, name)
  call(instance, 'onLoad', {})
  for (const name of ['onShow', 'ready', 'onReady']) call(instance, name)
  return {
    until: (find) =>
      new Promise((resolve) => {
        const look = () => {
          const found = find(shown)
          if (found) resolve(found)
        }
        waiting.add(look)
        look()
      })
  }
}

export function attach(definition, properties) {
  const instance = make(definition)
  call(instance, 'created')
  instance.setData(properties)
  call(instance, 'attached')
  return instance
}
