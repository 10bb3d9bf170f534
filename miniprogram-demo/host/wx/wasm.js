/**
 * WXWebAssembly as WeChat has it: `instantiate` takes a path inside the code package and nothing else, and there is
 * no `module` in its answer to rely on.
 */
export const WXWebAssembly = {
  async instantiate(path, imports) {
    if (typeof path !== 'string') throw new TypeError('WXWebAssembly.instantiate: path must be a string')
    if (/^[a-z]+:/i.test(path)) throw new Error(`WXWebAssembly.instantiate: not in the code package: ${path}`)
    const file = path.replace(/^\//, '').replace(/\.br$/, '')
    const response = await fetch(file)
    if (!response.ok) throw new Error(`WXWebAssembly.instantiate: no such file: ${path}`)
    const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), imports)
    return { instance }
  }
}
