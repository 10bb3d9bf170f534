// Taro 3 and 4, with webpack and with vite: plugins: ['wafer-client-wasm/taro']
'use strict'
const { mkdirSync, writeFileSync } = require('fs')
const { dirname, join } = require('path')
const { isWantedOn, pathIn, read } = require('./wasm-file.js')

module.exports = (context, options) => {
  const path = pathIn(options)
  // Taro bundles the package's JavaScript, wherever the output folder is, but no file that no module imports.
  context.onBuildFinish(() => {
    const { platform } = (context.runOpts && context.runOpts.options) || {}
    if (!isWantedOn(platform)) return
    const target = join(context.paths.outputPath, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, read())
  })
}
