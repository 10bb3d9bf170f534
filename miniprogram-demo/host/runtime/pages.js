import { MiniProgramEnv, glassEasel } from 'glass-easel-miniprogram-adapter'
import { registerBuiltIns } from '../components/index.js'

// What fingers do. The components translate everything else that the browser reports (input, blur, change) into
// WeChat's events: here it would be seen twice.
const TOUCHES = ['tap', 'canceltap', 'touchstart', 'touchmove', 'touchend', 'touchcancel']

function screen() {
  const context = new glassEasel.CurrentWindowBackendContext()
  context.onEvent((target, type, detail, options) => {
    if (!TOUCHES.includes(type)) return undefined
    const event = new glassEasel.Event(type, detail, options)
    glassEasel.Event.dispatchEvent(target, event)
    return event.getEventBubbleStatus()
  })
  return context
}

/**
 * The pages of a mini-program, all of them tabs: each is created when it is first shown, stays alive behind the
 * others, and gets the lifecycle calls that WeChat makes.
 */
export class Pages {
  constructor({ app, parent, openTypes, keyboard, onChange }) {
    this.app = app
    this.parent = parent
    this.onChange = onChange
    this.opened = new Map()
    this.current = null

    const environment = new MiniProgramEnv()
    const builtIns = registerBuiltIns(environment, { openTypes, keyboard })
    this.space = environment.createCodeSpace('', true)
    for (const [name, definition] of builtIns) {
      this.space.getComponentSpace().setGlobalUsingComponent(name, definition)
    }
    this.backend = environment.associateBackend(screen())
    this.addStyle('app', app.style)
    for (const { path, style, scope } of [...app.components, ...app.pages]) this.addStyle(path, style, scope)
  }

  addStyle(path, content, scope) {
    this.space.addStyleSheet(path, path, scope)
    this.backend.registerStyleSheetContent(path, content)
  }

  /** Runs each logic file, which registers itself by calling `Component` or `Page`. */
  load() {
    for (const { path, config, template, run } of [...this.app.components, ...this.app.pages]) {
      this.space.addComponentStaticConfig(path, config)
      this.space.addCompiledTemplate(path, template)
      this.space.globalComponentEnv(globalThis, path, run)
    }
  }

  show(path) {
    if (this.current?.path === path) return
    this.call('onHide')
    if (this.current) this.current.scroller.hidden = true
    const isNew = !this.opened.has(path)
    if (isNew) this.opened.set(path, this.open(path))
    this.current = this.opened.get(path)
    this.current.scroller.hidden = false
    this.onChange(this.current)
    if (isNew) this.call('onLoad', {})
    this.call('onShow')
    if (isNew) this.call('onReady')
  }

  open(path) {
    const scroller = document.createElement('div')
    scroller.className = 'page-scroller'
    const placeholder = scroller.appendChild(document.createElement('div'))
    this.parent.append(scroller)
    const root = this.backend.createRoot('page', this.space, path)
    root.attach(scroller, placeholder)
    const { config } = this.app.pages.find((page) => page.path === path)
    return { path, scroller, config: { ...this.app.config.window, ...config }, instance: root.get() }
  }

  /** Calls a lifecycle function of the page in front, if it has one. */
  call(name, ...args) {
    const instance = this.current?.instance
    if (typeof instance?.[name] !== 'function') return false
    instance[name](...args)
    return true
  }
}
