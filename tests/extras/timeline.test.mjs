/** The timeline's logic, on the component of the built package; tests/toolchains draws it. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { PACKAGE_FOLDER, REPOSITORY } from '../../fake-wx/run/package-files.mjs'
import { launch, url } from './stories.mjs'

const require = createRequire(import.meta.url)
const NATIVE = join(PACKAGE_FOLDER, 'miniprogram_dist/extras/timeline')
/** What projects of Taro and uni-app copy. */
const COPIED = join(PACKAGE_FOLDER, 'extras/timeline')

let attached = []
afterEach(() => {
  for (const component of attached.splice(0)) component.detach()
  delete globalThis.Component
})

/** The component as WeChat makes it of its definition, attached to a page. */
function attach(properties = {}, folder = NATIVE) {
  let definition
  globalThis.Component = (given) => {
    definition = given
  }
  delete require.cache[join(folder, 'index.js')]
  require(folder)
  const defaults = Object.entries(definition.properties).map(([name, { value }]) => [name, value])
  const component = {
    ...definition.methods,
    data: { ...definition.data, ...Object.fromEntries(defaults), ...properties },
    setData(changes) {
      Object.assign(this.data, changes)
      for (const [name, value] of Object.entries(changes)) {
        definition.properties[name]?.observer?.call(component, value)
      }
    },
    detach: () => definition.lifetimes.detached.call(component)
  }
  definition.lifetimes.attached.call(component)
  attached.push(component)
  return component
}
const textsOf = ({ data }) => data.heard.map(({ text, count }) => (count > 1 ? `${text} ×${count}` : text))

test('a cold call is a line for each thing that the SDK does, with its time and its tone', async () => {
  const { qcloud } = launch()
  const timeline = attach()
  await qcloud.request({ login: true, url: url('/user') })
  assert.deepEqual(textsOf(timeline).slice(-5), ['wx.login', '登录请求', '得到会话', '带会话发出', '成功'])
  const { heard: lines } = timeline.data
  assert.equal(lines.at(-1).tone, 'good')
  assert.equal(lines.at(-1).detail, '#1')
  for (const [index, { at }] of lines.slice(1).entries()) assert.ok(at >= lines[index].at)
})

test('what repeats itself is counted in one line', async () => {
  const { qcloud } = launch()
  await qcloud.login()
  const timeline = attach()
  const calls = Array.from({ length: 20 }, () => qcloud.request({ login: true, url: url('/user') }))
  await Promise.all(calls)
  assert.ok(
    textsOf(timeline).some((text) => / ×\d+$/.test(text)),
    textsOf(timeline).join()
  )
  const ends = timeline.data.heard.filter(({ type }) => type === 'success')
  assert.equal(
    ends.reduce((sum, { count }) => sum + count, 0),
    20
  )
})

test('an error is named by its code, in a line of its own', async () => {
  const { fake, qcloud } = launch()
  const timeline = attach()
  fake.setOffline(true)
  for (const _ of [1, 2]) await qcloud.request({ url: url('/public') }).catch(() => {})
  const failed = timeline.data.heard.filter(({ type }) => type === 'fail')
  assert.deepEqual(
    failed.map(({ detail, tone, count }) => [detail, tone, count]),
    [
      ['ERR_NETWORK', 'bad', 1],
      ['ERR_NETWORK', 'bad', 1]
    ]
  )
})

test('the oldest lines go, ids never repeat, words can be the app’s own, clear empties it', async () => {
  const { qcloud } = launch()
  const timeline = attach({ limit: 3, words: { success: 'done' } })
  await qcloud.request({ login: true, url: url('/user') })
  await qcloud.request({ login: true, url: url('/user') })
  const ids = timeline.data.heard.map(({ id }) => id)
  assert.equal(ids.length, 3)
  assert.equal(new Set(ids).size, 3)
  assert.equal(textsOf(timeline).at(-1), 'done')
  timeline.clear()
  assert.deepEqual(timeline.data.heard, [])
})

test('detached, it hears nothing more', async () => {
  const { qcloud } = launch()
  const timeline = attach()
  attached = []
  timeline.detach()
  await qcloud.request({ url: url('/public') })
  assert.deepEqual(timeline.data.heard, [])
})

test('every event of the typings has words of its own', () => {
  const types = readFileSync(join(REPOSITORY, 'js/types.ts'), 'utf8')
  const named = ['CallEventType', 'SessionEventType', 'ModuleEventType'].flatMap((name) => {
    const [, union] = new RegExp(`export type ${name} =([^]*?)\n\n`).exec(types)
    return [...union.matchAll(/'([a-z-]+)'/g)].map(([, type]) => type)
  })
  assert.ok(named.length > 20)
  launch()
  const timeline = attach()
  for (const [index, type] of named.entries()) timeline.add({ type, at: index })
  const wordless = timeline.data.heard.filter(({ text, type }) => text === type)
  assert.deepEqual(wordless, [])
})

test('an app that has lines of its own has them drawn, and nothing listens', async () => {
  const { qcloud } = launch()
  const timeline = attach({ live: false })
  await qcloud.request({ url: url('/public') })
  assert.deepEqual(timeline.data.heard, [])
})

test('a line that names no error is not joined by one that does', () => {
  launch()
  const timeline = attach()
  timeline.add({ type: 'retry', at: 1 })
  timeline.add({ type: 'retry', at: 2, error: 'ERR_NETWORK' })
  assert.deepEqual(
    timeline.data.heard.map(({ detail }) => detail),
    ['', 'ERR_NETWORK']
  )
})

for (const [where, folder] of Object.entries({ 'in miniprogram_npm': NATIVE, copied: COPIED })) {
  test(`the timeline ${where} draws the events that a page has collected`, async () => {
    const { qcloud } = launch()
    const events = []
    const stop = qcloud.onEvent((event) => events.push(event))
    await qcloud.request({ login: true, url: url('/user') })
    stop()
    const timeline = attach({ live: false, limit: 3, words: { success: 'done' } }, folder)
    timeline.setData({ events })
    assert.deepEqual(textsOf(timeline), ['得到会话', '带会话发出', 'done'])
    timeline.setData({ events: events.slice(0, 1) })
    assert.equal(timeline.data.heard.length, 1, 'the events are those that it has now')
    timeline.setData({ events: null })
    assert.deepEqual(timeline.data.heard, [])
  })
}

test('the timeline that is copied is whole without the package, and differs in nothing but that', () => {
  const source = readFileSync(join(COPIED, 'index.js'), 'utf8')
  assert.doesNotMatch(source, /\b(require|import|module)\b/)
  for (const type of ['json', 'wxml', 'wxss']) {
    const [copied, native] = [COPIED, NATIVE].map((folder) =>
      readFileSync(join(folder, `index.${type}`), 'utf8')
    )
    assert.equal(copied, native)
  }
  launch()
  assert.equal(attach({}, COPIED).data.live, false)
})
