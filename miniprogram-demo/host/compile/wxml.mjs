import templateCompiler from 'glass-easel-template-compiler'

const { TmplGroup } = templateCompiler

/**
 * Compiles one WXML file to a JavaScript expression that glass-easel takes as a template. A warning of the
 * compiler is an error here: WeChat DevTools may forgive what this compiler does not, and the reverse.
 */
export function compileWxml(path, source) {
  const group = new TmplGroup()
  try {
    const findings = group.addTmpl(path, source)
    if (findings.length) {
      const list = findings.map(({ startLine, message }) => `${path}.wxml:${startLine + 1} ${message}`)
      throw new Error(list.join('\n'))
    }
    return `(groups => ({ groupList: groups, content: groups[${JSON.stringify(path)}] }))(${group.getTmplGenObjectGroups()})`
  } finally {
    group.free()
  }
}
