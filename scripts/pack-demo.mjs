import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ci from 'miniprogram-ci'
import { packWeui } from './pack-weui.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const demo = join(root, 'miniprogram-demo')

/**
 * Makes the demo ready for WeChat DevTools and for the browser host: installs `pkg/` into it as npm would from the
 * registry, and runs WeChat's own "build npm". All of it offline.
 */
export async function packDemo() {
  await rm(join(demo, 'node_modules'), { recursive: true, force: true })
  execFileSync(
    'npm',
    ['install', '--install-links', '--offline', '--no-package-lock', '--no-audit', '--no-fund', '--silent'],
    { cwd: demo, stdio: 'inherit' }
  )
  await rm(join(demo, 'miniprogram_npm'), { recursive: true, force: true })
  const project = new ci.Project({
    appid: 'touristappid',
    type: 'miniProgram',
    projectPath: demo,
    privateKey: 'not used by packNpm',
    ignores: ['host/**/*', 'server/**/*']
  })
  const warnings = await ci.packNpm(project, { reporter: () => {} })
  if (warnings.length) throw new Error(warnings.map(({ msg }) => msg).join('\n'))
  await packWeui(join(demo, 'style/weui.wxss'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await packDemo()
