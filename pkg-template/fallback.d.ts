/** The core as plain JavaScript, for `configure({ fallback: () => require('wafer-client-wasm/fallback') })`. */
declare function instantiate(imports: object): { exports: object }
export = instantiate
