// uni-app, and whatever else builds mini-programs by vite: plugins: [uni(), wafer()]
'use strict'
const { isWantedOn, pathIn, read } = require('./wasm-file.js')

module.exports = (options) => {
  const fileName = pathIn(options)
  return {
    name: 'wafer-client-wasm',
    apply: 'build',
    generateBundle() {
      if (isWantedOn(process.env.UNI_PLATFORM)) this.emitFile({ type: 'asset', fileName, source: read() })
    }
  }
}
