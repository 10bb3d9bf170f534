import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import ci from 'miniprogram-ci'
import { packPredecessors } from './pack-predecessors.mjs'
import { packWeui } from './pack-weui.mjs'
import { repository, run } from './project.mjs'

const demo = join(repository, 'miniprogram-demo')

/**
 * Makes the demo ready for WeChat DevTools and for the browser host: installs the package into it as npm would from
 * the registry, runs WeChat's own "build npm", and packs the SDKs that it is compared with. All of it offline.
 */
export async function packDemo() {
  await rm(join(demo, 'node_modules'), { recursive: true, force: true })
  run('npm', ['install', '--install-links', '--offline', '--no-package-lock', '--no-audit', '--no-fund'], {
    cwd: demo
  })
  await rm(join(demo, 'miniprogram_npm'), { recursive: true, force: true })
  const project = new ci.Project({
    appid: 'touristappid',
    type: 'miniProgram',
    projectPath: demo,
    privateKey: 'packNpm signs nothing',
    ignores: ['host/**/*', 'simulator/**/*']
  })
  const warnings = await ci.packNpm(project, { reporter: () => {} })
  if (warnings.length) throw new Error(warnings.map(({ msg }) => msg).join('\n'))
  await packPredecessors(join(demo, 'predecessors'))
  await packWeui(join(demo, 'style/weui.wxss'))
}
