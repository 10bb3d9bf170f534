/**
 * What the stories of the extras start from: the built package and its extras, on a phone with a session server, by
 * `wafer-client-wasm/testing`, in virtual time that moves by itself.
 *
 *   const { fake, qcloud, extra } = launch()
 *   const request = extra('retry').withRetry(qcloud.request)
 *   const told = callbacks()             // { options, names(), first }
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterEach } from 'node:test'
import { PACKAGE_FOLDER } from '../../fake-wx/run/package-files.mjs'

const require = createRequire(import.meta.url)
const { createWx, resetModules } = require(join(PACKAGE_FOLDER, 'testing'))

const { exports } = require(join(PACKAGE_FOLDER, 'package.json'))
/** The names of the extras, without the component. */
export const EXTRAS = Object.keys(exports)
  .filter((path) => path.startsWith('./extras/'))
  .map((path) => path.slice('./extras/'.length))
export const url = (path) => `https://api.example.com${path}`

let running
afterEach(() => running?.uninstall())

/** @param {object} [options] of createWx */
export function launch(options) {
  running?.uninstall()
  const fake = createWx(options).install()
  running = fake
  resetModules()
  const qcloud = require(join(PACKAGE_FOLDER, 'miniprogram_dist/index.js'))
  qcloud.configure({ loginUrl: url('/login'), logLevel: 'silent' })
  return { fake, qcloud, extra: (name) => require(join(PACKAGE_FOLDER, 'extras', name)) }
}

/** Every extra around `qcloud.request` in its default settings: what holds for all of them is tested with each. */
export function wrapped({ qcloud, extra }, name) {
  const [wrap] = Object.values(extra(name))
  return wrap(qcloud.request)
}

/** Callbacks that remember what they were told, in order. */
export function callbacks() {
  const told = []
  const remember = (name) => (value) => told.push([name, value])
  return {
    told,
    names: () => told.map(([name]) => name),
    options: { success: remember('success'), fail: remember('fail'), complete: remember('complete') }
  }
}

export const outcomeOf = (task) =>
  task.then(
    ({ statusCode }) => statusCode,
    ({ type }) => type
  )

/** How often the server was asked for this path. */
export const asked = (fake, path) => fake.calls('request', (options) => options.url.endsWith(path)).length
