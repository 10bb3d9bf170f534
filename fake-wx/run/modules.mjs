/**
 * Runs CommonJS files as a mini-program does: each file is a function body that sees `require`, `module`,
 * `exports` and the host's globals. `files` maps paths to source text; `evaluate(source, path, names)` makes
 * the function in the realm that the code shall live in; `aliases` maps what an app may require from
 * elsewhere, such as a package's name, to a path of `files`.
 */
export class ModuleLoader {
  #files
  #evaluate
  #globals
  #aliases
  #cache = new Map()

  constructor({ files, evaluate, globals = {}, aliases = {} }) {
    this.#files = files
    this.#evaluate = evaluate
    this.#globals = globals
    this.#aliases = aliases
  }

  require = (name) => {
    const path = this.#aliases[name]
    if (path === undefined) throw new Error(`module '${name}' is not defined`)
    return this.#load(path)
  }

  #load(path) {
    if (this.#cache.has(path)) return this.#cache.get(path).exports
    const source = this.#files[path]
    if (source === undefined) throw new Error(`module '${path}' is not defined`)
    const module = { exports: {} }
    this.#cache.set(path, module)
    const require = (name) => (name.startsWith('.') ? this.#load(resolve(path, name)) : this.require(name))
    const names = Object.keys(this.#globals)
    const run = this.#evaluate(source, path, ['require', 'module', 'exports', ...names])
    run(require, module, module.exports, ...names.map((name) => this.#globals[name]))
    return module.exports
  }
}

function resolve(from, name) {
  const parts = from.split('/').slice(0, -1)
  for (const part of name.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  const path = parts.join('/')
  return path.endsWith('.js') ? path : `${path}.js`
}
