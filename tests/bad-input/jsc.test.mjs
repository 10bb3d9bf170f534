/** The same in JavaScriptCore, whose exceptions and proxies are its own. */
import { testInJsc } from '../../fake-wx/run/jsc.mjs'

const names = ['options', 'callbacks', 'urls', 'headers', 'configuration', 'tunnel']

testInJsc({ entries: names.map((name) => `tests/bad-input/${name}.test.mjs`) })
