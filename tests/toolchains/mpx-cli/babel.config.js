module.exports = {
  presets: [['@babel/preset-env', { targets: { ios: '9' } }]],
  plugins: [['@babel/plugin-transform-runtime', { corejs: false }]],
  sourceType: 'unambiguous'
}
