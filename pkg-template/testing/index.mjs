// One copy of the state for import and require alike.
import testing from './index.js'

export const { SESSION_KEY, createClock, createServer, createWx, resetModules, systemClock } = testing
