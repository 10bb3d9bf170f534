/** The fakes of other hosts are what those hosts' official typings say. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import ts from 'typescript'
import { REPOSITORY } from '../../fake-wx/run/package-files.mjs'

const HOSTS = { my: '@mini-types/alipay', tt: '@douyin-microapp/typings' }

for (const [name, typings] of Object.entries(HOSTS)) {
  test(`${name}.mjs is what ${typings} says`, () => {
    const program = ts.createProgram([join(REPOSITORY, `tests/hosts/${name}.mjs`)], {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      allowJs: true,
      checkJs: true,
      noEmit: true,
      strict: true,
      noImplicitAny: false,
      skipLibCheck: true,
      types: [join(REPOSITORY, 'node_modules', typings)]
    })
    const problems = ts.getPreEmitDiagnostics(program).map(({ start, messageText, file }) => {
      const line = file ? ts.getLineAndCharacterOfPosition(file, start).line + 1 : 0
      return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
    assert.deepEqual(problems, [])
  })
}
