'use strict'
/** `usingComponents: { timeline: 'wafer-client-wasm/extras/timeline/index' }`: listens to the package beside it. */
const { onEvent } = require('../../index.js')

require('./component.js').define(onEvent)
