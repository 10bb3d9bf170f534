/** The package as TypeScript's CommonJS sees it; only where modules are CommonJS. */
import qcloud = require('wafer-client-wasm')
import fallback = require('wafer-client-wasm/fallback')

qcloud.setLoginUrl('https://api.example.com/login')
qcloud.configure({ fallback: () => fallback })

const { constants, WX_HEADER_IV } = qcloud
export const names: ['X-WX-Id', 'X-WX-IV'] = [constants.WX_HEADER_ID, WX_HEADER_IV]

export let kept: qcloud.Task<{ name: string }> | undefined
kept = qcloud.request({ url: '/user' })
