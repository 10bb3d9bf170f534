/** The same stories in JavaScriptCore, the engine of iOS, with its JIT and, as on phones, without. */
import { readdirSync } from 'node:fs'
import { testInJsc } from '../../fake-wx/run/jsc.mjs'

const folder = new URL('.', import.meta.url)
const NODE_ONLY = ['jsc.test.mjs', 'stored-values.test.mjs', 'tunnel-worlds.test.mjs', 'addresses.test.mjs']
const stories = readdirSync(folder).filter((name) => name.endsWith('.test.mjs') && !NODE_ONLY.includes(name))

testInJsc({ entries: stories.sort().map((name) => `tests/client/${name}`) })
