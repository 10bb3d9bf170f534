/**
 * vite's plugin, for uni-app and others: `plugins: [uni(), wafer()]` puts `core.wasm.br` where the package looks for
 * it. Elsewhere: `wafer({ wasmPath: '/sub/core.wasm.br' })`, and the same `wasmPath` in `configure`.
 */
declare function wafer(options?: { wasmPath?: string }): {
  name: string
  apply: 'build'
  generateBundle(this: any): void
}
export = wafer
