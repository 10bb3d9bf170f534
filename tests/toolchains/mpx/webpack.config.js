const { join } = require('path')
const MpxWebpackPlugin = require('@mpxjs/webpack-plugin')
const WaferPlugin = require('wafer-client-wasm/webpack')

module.exports = {
  mode: 'production',
  context: __dirname,
  entry: { app: './src/app.mpx' },
  output: { path: join(__dirname, process.env.OUTPUT), publicPath: '/', filename: '[name].js' },
  node: { global: true },
  optimization: { emitOnErrors: false },
  performance: false,
  resolve: { extensions: ['.mpx', '.js', '.wxml', '.vue', '.ts'], modules: ['node_modules'] },
  module: {
    rules: [
      { test: /\.mpx$/, use: MpxWebpackPlugin.loader({}) },
      { test: /\.wxml$/, use: MpxWebpackPlugin.wxmlLoader() },
      { test: /\.wxss$/, use: MpxWebpackPlugin.wxssLoader() },
      { test: /\.js$/, loader: 'babel-loader', exclude: /node_modules\/(?!@mpxjs)/ },
      { test: /\.json$/, resourceQuery: /asScript/, type: 'javascript/auto' }
    ]
  },
  plugins: [new MpxWebpackPlugin({ mode: 'wx', srcMode: 'wx' }), new WaferPlugin()]
}
