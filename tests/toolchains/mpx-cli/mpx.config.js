const { defineConfig } = require('@vue/cli-service')
const WaferPlugin = require('wafer-client-wasm/webpack')

module.exports = defineConfig({
  configureWebpack: {
    plugins: [new WaferPlugin()]
  }
})
