import { moveFocus } from './arrow-keys.js'
import { element } from './element.js'

/** A colour of app.json: `@name` refers to theme.json, which has one value for light and one for dark. */
function colour(theme, value) {
  if (!value?.startsWith('@')) return value
  const name = value.slice(1)
  return `light-dark(${theme.light[name]}, ${theme.dark[name]})`
}

/** The navigation bar and the tab bar, as app.json describes them. */
export class Bars {
  constructor({ app, navigation, tabBar, onTab }) {
    this.app = app
    this.title = navigation.querySelector('.navigation__title')
    this.navigation = navigation
    this.tabs = app.config.tabBar.list.map((tab) => ({ ...tab, ...this.tabButton(tab, onTab) }))
    tabBar.append(...this.tabs.map(({ button }) => button))
    this.paint('--tab-text', app.config.tabBar.color)
    this.paint('--tab-selected', app.config.tabBar.selectedColor)
    this.paint('--tab-background', app.config.tabBar.backgroundColor)
    this.paint('--page-background', app.config.window.backgroundColor)
    this.paint('--navigation-background', app.config.window.navigationBarBackgroundColor)
  }

  paint(property, value) {
    document.documentElement.style.setProperty(property, colour(this.app.theme, value))
  }

  tabButton({ pagePath, text, iconPath, selectedIconPath }, onTab) {
    const icon = (src, name) => element('img', { class: `tab__icon ${name}`, src, alt: '' })
    const label = element('span', {}, text)
    const button = element(
      'button',
      { class: 'tab', role: 'tab', onclick: () => onTab(pagePath), onfocus: () => onTab(pagePath) },
      icon(iconPath, 'tab__icon_normal'),
      icon(selectedIconPath, 'tab__icon_selected'),
      label
    )
    moveFocus(button, 'tab')
    return { button, label }
  }

  /** wx.setTabBarItem. */
  nameTab(index, text) {
    this.tabs[index].label.textContent = text
  }

  /** wx.setNavigationBarTitle. */
  setTitle(title) {
    this.title.textContent = title
    document.title = `${title} · wafer-client-wasm`
  }

  show({ path, config }) {
    this.setTitle(config.navigationBarTitleText)
    for (const { pagePath, button } of this.tabs) {
      const isShown = pagePath === path
      button.setAttribute('aria-selected', String(isShown))
      button.tabIndex = isShown ? 0 : -1
    }
  }
}
