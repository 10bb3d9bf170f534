/**
 * webpack 5's plugin, for mpx and others: `plugins: [new WaferPlugin()]` puts `core.wasm.br` where the package looks
 * for it. Elsewhere: `new WaferPlugin({ wasmPath: '/sub/core.wasm.br' })`, and the same `wasmPath` in `configure`.
 */
declare class WaferPlugin {
  constructor(options?: { wasmPath?: string })
  /** Called by webpack. */
  apply(compiler: any): void
}
export = WaferPlugin
