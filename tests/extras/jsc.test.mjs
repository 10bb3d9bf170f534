/** The extras in JavaScriptCore, the engine of iOS, with its JIT and, as on phones, without. */
import { testInJsc } from '../../fake-wx/run/jsc.mjs'

testInJsc({ entries: ['tests/extras/devices.test.mjs'] })
