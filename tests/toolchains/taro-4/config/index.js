import { defineConfig } from '@tarojs/cli'

export default defineConfig({
  projectName: 'toolchain-taro-4',
  designWidth: 750,
  sourceRoot: 'src',
  outputRoot: process.env.OUTPUT,
  plugins: ['wafer-client-wasm/taro'],
  framework: 'react',
  compiler: process.env.COMPILER,
  cache: { enable: false },
  mini: {},
  h5: {}
})
