/**
 * The hosts on which every story runs. In Node: Node itself, a bare context as on devices with either answer of
 * `WXWebAssembly.instantiate`, one of them with an engine of 2016, and a device without WebAssembly, which uses
 * the fallback. In JavaScriptCore: the shell (see ../../fake-wx/run/jsc.mjs).
 */
import { environments } from '../../fake-wx/run/device.mjs'

export const hosts = environments.includes('jsc')
  ? [{ name: 'jsc', environment: 'jsc', wasm: { answer: 'instance' } }]
  : [
      { name: 'node', environment: 'node', wasm: { answer: 'both' } },
      { name: 'bare', environment: 'bare', wasm: { answer: 'both' } },
      { name: 'old phone', environment: 'bare', wasm: { answer: 'instance' }, oldEngine: true },
      { name: 'fallback', environment: 'bare', wasm: null }
    ]
