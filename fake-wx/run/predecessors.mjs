/**
 * The predecessors from npm, as they are, on a fake `wx` of their own (Node only):
 *
 *   const { qcloud, fake } = startPredecessor('wafer-client-sdk', { clock, server, …(options of createWx) })
 */
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createWx } from '../wx.mjs'
import { ModuleLoader } from './modules.mjs'

const { resolve } = createRequire(import.meta.url)
const sources = new Map()

function sourcesOf(name) {
  if (!sources.has(name)) {
    const root = dirname(resolve(`${name}/package.json`))
    const paths = ['index.js', ...readdirSync(join(root, 'lib')).map((file) => `lib/${file}`)]
    sources.set(name, Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])))
  }
  return sources.get(name)
}

/** @param {'wafer-client-sdk' | 'wafer2-client-sdk'} name */
export function startPredecessor(name, { clock, ...options }) {
  const fake = createWx({ clock, ...options })
  const loader = new ModuleLoader({
    files: sourcesOf(name),
    evaluate: (source, path, names) => new Function(...names, source),
    globals: {
      // They close sockets that are gone, and drop the promise that wx answers with.
      wx: { ...fake.wx, closeSocket: () => fake.wx.closeSocket({ fail() {} }) },
      setTimeout: clock.setTimeout,
      clearTimeout: clock.clearTimeout,
      console: { error() {} }
    },
    aliases: { [name]: 'index.js' }
  })
  return { qcloud: loader.require(name), fake }
}
