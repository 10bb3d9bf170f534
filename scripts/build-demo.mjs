/** Makes the demo mini-program ready for WeChat DevTools and builds its browser page. Needs `pkg/`. */
import { join } from 'node:path'
import { buildHost } from '../miniprogram-demo/host/build.mjs'
import { packDemo } from './pack-demo.mjs'
import { repository } from './project.mjs'

await packDemo()
await buildHost(join(repository, 'build/host'))
