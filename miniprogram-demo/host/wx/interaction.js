import { api } from './callbacks.js'

/** Toasts, dialogs and menus, on top of the frame's overlays. */
export function interaction(overlays, settings) {
  return {
    showToast: api('showToast', ({ title, icon = 'success', duration = 1500 }) => {
      overlays.toast(title, icon, duration)
    }),
    hideToast: api('hideToast', () => overlays.hideToast()),
    showLoading: api('showLoading', ({ title }) => overlays.toast(title, 'loading')),
    hideLoading: api('hideLoading', () => overlays.hideToast()),
    showModal: api('showModal', async (options) => {
      const confirm = await overlays.modal(options)
      return { confirm, cancel: !confirm }
    }),
    setClipboardData: api('setClipboardData', async ({ data }) => {
      await navigator.clipboard.writeText(data)
      overlays.toast(settings.words.copied, 'success', 1500)
    })
  }
}
