import { contentComponents } from './content.js'
import { formComponents } from './form.js'

/** Makes WeChat's built-in components known to every page of a mini-program. */
export function registerBuiltIns(environment, host) {
  const space = environment.getGlobalCodeSpace().getComponentSpace()
  const definitions = { ...contentComponents(space), ...formComponents(space, host) }
  return Object.entries(definitions).map(([name, definition]) => [name, definition.registerComponent()])
}
