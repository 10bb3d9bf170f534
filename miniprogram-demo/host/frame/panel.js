import { element } from './element.js'
import { watchRecords } from './records.js'

const ERAS = [
  ['today', '今天', '昵称和头像由用户自己填写'],
  ['2022', '2022 年', 'getUserProfile 弹窗给出真实资料'],
  ['2020', '2020 年', 'getUserInfo 按钮给出真实资料，还没有 getUserProfile']
]

/**
 * What stands beside the phone: the simulated WeChat's own settings, and what the server saw. The capsule button of
 * the navigation bar hides it, or on a small screen, where it is hidden, shows it.
 */
export function showPanel({ settings, wx, overlays }) {
  const panel = document.querySelector('.panel')
  const restart = () => location.reload()
  const toggle = () => panel.classList.toggle('panel_toggled')
  document.querySelector('.capsule__menu').addEventListener('click', toggle)
  document.querySelector('.capsule__close').addEventListener('click', restart)

  const era = element(
    'select',
    {
      'aria-label': '微信的年代',
      onchange: () => {
        settings.era = era.value
        restart()
      }
    },
    ...ERAS.map(([value, label]) => element('option', { value, selected: value === settings.era }, label))
  )
  const action = (text, onclick) => element('button', { class: 'panel__action', onclick }, text)
  panel.append(
    element(
      'section',
      {},
      element('h2', {}, '模拟的微信'),
      element('label', { class: 'panel__row' }, element('span', {}, '年代'), era),
      element('p', { class: 'panel__note' }, ERAS.find(([value]) => value === settings.era)[2]),
      action('撤回隐私授权', () => {
        settings.privacyAgreed = false
        overlays.toast('已撤回', 'success', 1500)
      }),
      action('清除小程序数据并重启', () => {
        wx.clearStorageSync()
        restart()
      })
    ),
    watchRecords()
  )
  panel.querySelector('.panel__close').addEventListener('click', toggle)
}
