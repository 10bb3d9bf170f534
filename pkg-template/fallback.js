// Outside mini-programs, `wafer-client-wasm/fallback` resolves here; inside, "build npm" has moved the
// contents of miniprogram_dist to the package's root.
module.exports = require('./miniprogram_dist/fallback.js')
