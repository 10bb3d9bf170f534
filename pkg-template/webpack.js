// mpx, and whatever else builds mini-programs by webpack 5: plugins: [new WaferPlugin()]
'use strict'
const { pathIn, read } = require('./wasm-file.js')

const NAME = 'wafer-client-wasm'

module.exports = class WaferPlugin {
  constructor(options) {
    this.path = pathIn(options)
  }

  apply(compiler) {
    const { Compilation, sources } = compiler.webpack
    compiler.hooks.thisCompilation.tap(NAME, (compilation) => {
      const stage = Compilation.PROCESS_ASSETS_STAGE_ADDITIONAL
      compilation.hooks.processAssets.tap({ name: NAME, stage }, () => {
        if (!compilation.getAsset(this.path)) compilation.emitAsset(this.path, new sources.RawSource(read()))
      })
    })
  }
}
