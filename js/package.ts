/** What the package exports: js/index.ts, and the names and codes that it only declares. */
import * as names from './constants'
import { codes } from './errors'
import * as api from './index'

const constants: object = Object.assign({}, names, codes)

export default Object.assign({}, api, codes, { constants })
