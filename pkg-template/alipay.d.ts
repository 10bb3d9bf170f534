/**
 * Alipay's `my` in the words of `wx`: `import alipay from 'wafer-client-wasm/alipay'` and
 * `configure({ host: alipay(my), fallback: () => fallback })`. Within Taro and uni-app, `host: Taro` or `host: uni` does
 * the same.
 */
declare function alipay(my: object): object
export = alipay
