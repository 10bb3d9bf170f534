module.exports = {
  projectName: 'toolchain-taro-3',
  designWidth: 750,
  sourceRoot: 'src',
  outputRoot: process.env.OUTPUT,
  plugins: ['wafer-client-wasm/taro'],
  framework: 'react',
  compiler: 'webpack5',
  cache: { enable: false },
  mini: {},
  h5: {}
}
