import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { sessionServer } from '../../scripts/project.mjs'

const script = `
  import { servePage } from ${JSON.stringify(new URL('../../scripts/demo-page.mjs', import.meta.url).href)}
  const [, executable, database] = process.argv
  await servePage({ executable, database })
  console.log('ended')
`

describe('make demo, after the timeline', () => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    it(`serves the page at the address that it prints, and ends cleanly on ${signal}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'wafer-page-'))
      const demo = spawn(
        process.execPath,
        ['--input-type=module', '-e', script, sessionServer, join(folder, 'demo.sqlite')],
        { stdio: ['ignore', 'pipe', 'inherit'] }
      )
      let output = ''
      demo.stdout.setEncoding('utf8').on('data', (text) => (output += text))
      const exit = once(demo, 'exit')
      while (!output.includes('Ctrl-C')) {
        const ended = await Promise.race([once(demo.stdout, 'data'), exit.then(() => 'ended')])
        assert.notEqual(ended, 'ended', `the demo ended early: ${output}`)
      }
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(output)

      const page = await fetch(address)
      assert.match(await page.text(), /<title>wafer-client-wasm<\/title>/)
      const wasm = await fetch(`${address}/miniprogram_npm/wafer-client-wasm/core.wasm`)
      assert.equal(wasm.headers.get('content-type'), 'application/wasm')

      demo.kill(signal)
      const [status] = await exit
      assert.equal(status, 0)
      assert.match(output, /ended/)
      await assert.rejects(fetch(address), 'the server still answers')
      await rm(folder, { recursive: true, force: true })
    })
  }

  it('says why when the server cannot start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wafer-page-'))
    assert.throws(
      () =>
        execFileSync(process.execPath, ['--input-type=module', '-e', script, sessionServer, folder], {
          stdio: 'pipe',
          env: { ...process.env, LC_ALL: 'zh_CN.UTF-8' }
        }),
      ({ status, stderr }) => status !== 0 && /会话服务器没有启动/.test(stderr)
    )
    await rm(folder, { recursive: true, force: true })
  })
})
