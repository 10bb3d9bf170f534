/**
 * Taro's plugin: `plugins: ['wafer-client-wasm/taro']` in the project's configuration puts `core.wasm.br` where the
 * package looks for it. Elsewhere: `plugins: [['wafer-client-wasm/taro', { wasmPath: '/sub/core.wasm.br' }]]`, and the
 * same `wasmPath` in `configure`.
 */
declare function plugin(context: any, options?: { wasmPath?: string }): void
export = plugin
