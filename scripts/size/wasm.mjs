/** What a wasm file is made of: bytes by section and by function. */

const SECTIONS = [
  'custom',
  'types',
  'imports',
  'functions',
  'table',
  'memory',
  'globals',
  'exports',
  'start',
  'elements',
  'code',
  'data'
]
const FUNCTION_NAMES = 1

/** Reads the few encodings that sections are made of. */
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  u32() {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++]
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }

  name() {
    const length = this.u32()
    this.at += length
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString('utf8')
  }
}

/** @returns {{ name: string, start: number, end: number }[]} in file order; the bounds are the contents' */
function sectionsOf(bytes) {
  const sections = []
  for (const reader = new Reader(bytes, 8); reader.at < bytes.length;) {
    const id = bytes[reader.at++]
    const size = reader.u32()
    const start = reader.at
    const name = id === 0 ? new Reader(bytes, start).name() : SECTIONS[id]
    reader.at = start + size
    sections.push({ name, start, end: reader.at })
  }
  return sections
}

/** @returns {{ name: string, bytes: number }[]} */
export function sectionSizes(bytes) {
  return sectionsOf(bytes).map(({ name, start, end }) => ({ name, bytes: end - start }))
}

/**
 * @param {Uint8Array} bytes a module with a name section
 * @returns {{ name: string, bytes: number }[]} its functions, largest first
 */
export function functionSizes(bytes) {
  const sections = sectionsOf(bytes)
  const find = (name) => sections.find((section) => section.name === name)
  const names = functionNames(bytes, find('name'))
  const module = new WebAssembly.Module(bytes)
  const imported = WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'function').length
  const reader = new Reader(bytes, find('code').start)
  const sizes = Array.from({ length: reader.u32() }, (_, index) => {
    const size = reader.u32()
    reader.at += size
    return { name: names.get(imported + index) ?? `function ${imported + index}`, bytes: size }
  })
  return sizes.sort((one, other) => other.bytes - one.bytes)
}

function functionNames(bytes, section) {
  const names = new Map()
  if (!section) return names
  const reader = new Reader(bytes, section.start)
  reader.name()
  while (reader.at < section.end) {
    const kind = bytes[reader.at++]
    const end = reader.u32() + reader.at
    if (kind === FUNCTION_NAMES) {
      for (let left = reader.u32(); left > 0; left--) names.set(reader.u32(), reader.name())
    }
    reader.at = end
  }
  return names
}
