/**
 * The core as plain JavaScript: `import fallback from 'wafer-client-wasm/fallback'` and
 * `configure({ fallback: () => fallback })`.
 */
declare function instantiate(imports: object): { exports: object }
export = instantiate
