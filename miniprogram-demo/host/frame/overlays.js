import { element } from './element.js'

const TOAST_ICONS = { success: 'weui-icon-success-no-circle', error: 'weui-icon-warn' }

/** What lies above the page: toasts, dialogs and sheets, in WeUI's markup. */
export class Overlays {
  constructor(layer, settings) {
    this.layer = layer
    this.settings = settings
    this.toastNode = null
  }

  toast(title, icon, duration) {
    this.hideToast()
    const symbol =
      icon === 'loading'
        ? [
            element(
              'span',
              { class: 'weui-primary-loading weui-primary-loading_transparent weui-icon_toast' },
              element('span', { class: 'weui-primary-loading__dot' })
            )
          ]
        : icon in TOAST_ICONS
          ? [element('i', { class: `${TOAST_ICONS[icon]} weui-icon_toast` })]
          : []
    const toast = element(
      'div',
      { class: symbol.length ? 'weui-toast' : 'weui-toast weui-toast_text' },
      ...symbol,
      element('div', { class: 'weui-toast__content' }, title)
    )
    const node = element('div', { role: 'alert', class: 'weui-toast__wrp toast-layer' }, toast)
    this.layer.append(node)
    this.toastNode = node
    if (duration) setTimeout(() => node === this.toastNode && this.hideToast(), duration)
  }

  hideToast() {
    this.toastNode?.remove()
    this.toastNode = null
  }

  /**
   * Shows a dialog or sheet above a mask until `close` is called; resolves to what `close` was given. `label` is what
   * a screen reader calls it.
   */
  open(label, build, { closedByMask } = {}) {
    return new Promise((resolve) => {
      const opener = document.activeElement
      const close = (answer) => {
        node.remove()
        opener?.focus?.({ preventScroll: true })
        resolve(answer)
      }
      const mask = element('div', { class: 'weui-mask', onclick: () => closedByMask && close(null) })
      const content = build(close)
      content.setAttribute('role', 'dialog')
      content.setAttribute('aria-modal', 'true')
      content.setAttribute('aria-label', label)
      content.setAttribute('tabindex', '-1')
      const node = element('div', { class: 'overlay' }, mask, content)
      node.addEventListener('keydown', (event) => event.key === 'Escape' && close(null))
      this.layer.append(node)
      content.focus({ preventScroll: true })
    })
  }

  modal({ title = '', content = '', showCancel = true, cancelText, confirmText }) {
    const { cancel, confirm } = this.settings.words
    return this.open(title || content, (close) => {
      const button = (text, kind, answer) =>
        element(
          'button',
          { class: `weui-dialog__btn weui-dialog__btn_${kind}`, onclick: () => close(answer) },
          text
        )
      return element(
        'div',
        { class: 'weui-dialog' },
        ...(title
          ? [
              element(
                'div',
                { class: 'weui-dialog__hd' },
                element('strong', { class: 'weui-dialog__title' }, title)
              )
            ]
          : []),
        element('div', { class: 'weui-dialog__bd' }, content),
        element(
          'div',
          { class: 'weui-dialog__ft' },
          ...(showCancel ? [button(cancelText ?? cancel, 'default', false)] : []),
          button(confirmText ?? confirm, 'primary', true)
        )
      )
    }).then(Boolean)
  }

  /** A menu that slides in from below; resolves to the chosen item's index, or null. */
  menu(items) {
    const cell = (text, onclick) => element('button', { class: 'weui-actionsheet__cell', onclick }, text)
    return this.open(
      this.settings.words.choose,
      (close) =>
        element(
          'div',
          { class: 'weui-actionsheet weui-actionsheet_toggle' },
          element(
            'div',
            { class: 'weui-actionsheet__menu' },
            ...items.map((text, index) => cell(text, () => close(index)))
          ),
          element(
            'div',
            { class: 'weui-actionsheet__action' },
            cell(this.settings.words.cancel, () => close(null))
          )
        ),
      { closedByMask: true }
    )
  }

  /** A half-screen dialog with two buttons, as WeChat uses for permissions; resolves to whether it was accepted. */
  permission({ title, body, refuse, accept }) {
    return this.open(title, (close) =>
      element(
        'div',
        { class: 'weui-half-screen-dialog permission' },
        element('div', { class: 'permission__app' }, element('i', { class: 'permission__logo' }), title),
        element('div', { class: 'permission__body' }, ...body),
        element(
          'div',
          { class: 'permission__buttons' },
          element('button', { class: 'weui-btn weui-btn_default', onclick: () => close(false) }, refuse),
          element('button', { class: 'weui-btn weui-btn_primary', onclick: () => close(true) }, accept)
        )
      )
    ).then(Boolean)
  }
}
