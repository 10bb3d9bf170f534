import assert from 'node:assert/strict'
import { stories } from './stories.mjs'

/** Calls an API of the page's `wx` and answers which callbacks came, in their order, with what. */
const call = (phone, name, options = {}) =>
  phone.page.evaluate(
    ([api, given]) =>
      new Promise((resolve) => {
        const calls = []
        const note = (kind) => (result) => {
          calls.push([kind, result])
          if (kind === 'complete') resolve(calls)
        }
        wx[api]({ ...given, success: note('success'), fail: note('fail'), complete: note('complete') })
      }),
    [name, options]
  )

stories('wx in a browser', (story) => {
  story('calls success or fail, then complete, with the same', async ({ phone }) => {
    const [[first, result], [second, again]] = await call(phone, 'login')
    assert.deepEqual([first, second], ['success', 'complete'])
    assert.equal(result.errMsg, 'login:ok')
    assert.ok(result.code)
    assert.deepEqual(again, result)
    const failed = await call(phone, 'getUserProfile')
    assert.deepEqual(
      failed.map(([kind]) => kind),
      ['fail', 'complete']
    )
    assert.match(failed[0][1].errMsg, /^getUserProfile:fail desc/)
  })

  story('answers with a promise when there is no callback', async ({ phone }) => {
    const answer = await phone.page.evaluate(() => wx.checkSession().catch((failure) => failure))
    assert.equal(answer.errMsg, 'checkSession:fail session is expired')
    await call(phone, 'login')
    assert.equal((await phone.page.evaluate(() => wx.checkSession())).errMsg, 'checkSession:ok')
  })

  story('goes on when a callback throws', async ({ phone }) => {
    const completed = await phone.page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('error', (event) => event.preventDefault(), { once: true })
          wx.login({
            success() {
              throw new Error('the mini-program’s own')
            },
            complete: () => resolve(true)
          })
        })
    )
    assert.equal(completed, true)
  })

  story('keeps any value in storage, apart from the host’s own', async ({ phone }) => {
    const kept = await phone.page.evaluate(() => {
      wx.setStorageSync('object', { a: [1, null, 'x'] })
      wx.setStorageSync('empty', '')
      const before = [wx.getStorageSync('object'), wx.getStorageSync('empty'), wx.getStorageSync('none')]
      wx.removeStorageSync('object')
      localStorage.setItem('other', 'stays')
      wx.clearStorageSync()
      return [...before, wx.getStorageSync('object'), localStorage.getItem('other')]
    })
    assert.deepEqual(kept, [{ a: [1, null, 'x'] }, '', '', '', 'stays'])
    const [[kind, failure]] = await call(phone, 'getStorage', { key: 'none' })
    assert.deepEqual([kind, failure.errMsg], ['fail', 'getStorage:fail data not found'])
    const [[limit]] = await call(phone, 'setStorage', { key: 'big', data: 'x'.repeat(2 ** 20) })
    assert.equal(limit, 'fail')
  })

  story('succeeds for every HTTP status', async ({ phone, server }) => {
    phone.expected.push(/status of 404/)
    const [[kind, { statusCode, data }]] = await call(phone, 'request', { url: `${server.url}/none` })
    assert.deepEqual([kind, statusCode, data.error], ['success', 404, 'ERR_NOT_FOUND'])
  })

  story('sends data as WeChat does: a query, JSON or a form', async ({ phone, server }) => {
    const sent = []
    await phone.page.route('**/sent*', async (route) => {
      const request = route.request()
      sent.push([new URL(request.url()).search, request.headers()['content-type'], request.postData()])
      await route.fulfill({ body: 'plain' })
    })
    const url = `${server.url}/sent?a=1`
    const data = { b: 'ü' }
    await call(phone, 'request', { url, data })
    await call(phone, 'request', { url, data, method: 'POST' })
    await call(phone, 'request', {
      url,
      data,
      method: 'POST',
      header: { 'Content-Type': 'application/x-www-form-urlencoded' }
    })
    assert.deepEqual(sent, [
      ['?a=1&b=%C3%BC', 'application/json', null],
      ['?a=1', 'application/json', '{"b":"ü"}'],
      ['?a=1', 'application/x-www-form-urlencoded', 'b=%C3%BC']
    ])
  })

  story('can be told to stop waiting, and to abort', async ({ phone, server }) => {
    await phone.page.route('**/never', () => {})
    const url = `${server.url}/never`
    const [[, timeout]] = await call(phone, 'request', { url, timeout: 1 })
    assert.equal(timeout.errMsg, 'request:fail timeout')
    const aborted = await phone.page.evaluate(
      (address) =>
        new Promise((fail) => {
          wx.request({ url: address, fail }).abort()
        }),
      url
    )
    assert.equal(aborted.errMsg, 'request:fail abort')
  })

  story('hands out headers, chunks and bytes', async ({ phone, server }) => {
    const seen = await phone.page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const noted = { bytes: 0 }
          const task = wx.request({
            url,
            enableChunked: true,
            responseType: 'arraybuffer',
            success: ({ data }) => resolve({ ...noted, total: data.byteLength })
          })
          task.onHeadersReceived(({ header }) => (noted.type = header['content-type']))
          task.onChunkReceived(({ data }) => (noted.bytes += data.byteLength))
        }),
      `${server.url}/images/code.png`
    )
    assert.equal(seen.type, 'image/png')
    assert.ok(seen.total > 0)
    assert.equal(seen.bytes, seen.total)
  })

  story('downloads into a file of its own, with progress', async ({ phone, server }) => {
    const { size, progress, statusCode } = await phone.page.evaluate(
      (url) =>
        new Promise((resolve) => {
          let last
          const task = wx.downloadFile({
            url,
            success: async ({ tempFilePath, statusCode: status }) => {
              const file = await (await fetch(tempFilePath)).blob()
              resolve({ size: file.size, progress: last, statusCode: status })
            }
          })
          task.onProgressUpdate((update) => (last = update))
        }),
      `${server.url}/images/code.png`
    )
    assert.equal(statusCode, 200)
    assert.equal(progress.progress, 100)
    assert.equal(progress.totalBytesWritten, size)
  })

  story('opens WebSockets, and tells how they end', async ({ phone, server }) => {
    const none = `${server.url.replace('http', 'ws')}/tunnel/none`
    phone.expected.push(/WebSocket connection to .* failed/)
    const [[refused, failure]] = await call(phone, 'connectSocket', { url: 'ftp://example.com' })
    assert.deepEqual([refused, /^connectSocket:fail /.test(failure.errMsg)], ['fail', true])
    const told = await phone.page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const told = []
          const task = wx.connectSocket({ url, success: ({ errMsg }) => told.push(errMsg) })
          task.send({ data: 'early', fail: ({ errMsg }) => told.push(errMsg) })
          task.onOpen(() => told.push('open'))
          task.onError(({ errMsg }) => told.push(errMsg))
          task.onClose(({ code }) => {
            told.push(code)
            task.close({ fail: ({ errMsg }) => resolve([...told, errMsg]) })
          })
        }),
      none
    )
    assert.deepEqual(told, [
      'connectSocket:ok',
      'SocketTask.send:fail SocketTask.readyState is not OPEN',
      'WebSocket connection failed',
      1006,
      'SocketTask.close:fail SocketTask.readyState is not OPEN'
    ])
  })

  story('asks, and tells what the person chose', async ({ phone }) => {
    const asked = call(phone, 'showModal', { title: '退出登录', content: '确定吗？' })
    await phone.dialog().getByText('确定吗？').waitFor()
    await phone.answer('取消')
    assert.deepEqual((await asked)[0][1], { confirm: false, cancel: true, errMsg: 'showModal:ok' })
    const again = call(phone, 'showModal', { content: '继续？', showCancel: false, confirmText: '好' })
    await phone.answer('好')
    assert.equal((await again)[0][1].confirm, true)
  })

  story('shows that it is loading until told otherwise', async ({ phone }) => {
    await call(phone, 'showLoading', { title: '加载中' })
    await phone.page.getByRole('alert').filter({ hasText: '加载中' }).waitFor()
    await call(phone, 'hideLoading')
    assert.equal(await phone.page.getByRole('alert').count(), 0)
  })

  story('switches tabs, and only tabs', async ({ phone }) => {
    await call(phone, 'switchTab', { url: '/pages/code/code' })
    assert.equal(await phone.tab('代码').getAttribute('aria-selected'), 'true')
    const [[kind, { errMsg }]] = await call(phone, 'switchTab', { url: '/pages/none/none' })
    assert.equal(kind, 'fail')
    assert.match(errMsg, /no-tabBar page/)
  })

  story('lets a mini-program ask for the privacy terms in its own words', async ({ phone }) => {
    const ask = (event) =>
      phone.page.evaluate((decision) => {
        wx.onNeedPrivacyAuthorization((decide) => decide({ event: decision }))
        return wx.requirePrivacyAuthorize().catch((failure) => failure)
      }, event)
    assert.equal((await ask('disagree')).errno, 104)
    const [[, { needAuthorization }]] = await call(phone, 'getPrivacySetting')
    assert.equal(needAuthorization, true)
    assert.equal((await ask('agree')).errMsg, 'requirePrivacyAuthorize:ok')
    assert.equal(await phone.dialog().count(), 0)
  })

  story('knows what its era can do', async ({ phone }) => {
    const abilities = () =>
      phone.page.evaluate(() =>
        ['getUserProfile', 'button.open-type.chooseAvatar', 'request', 'none'].map(wx.canIUse)
      )
    assert.deepEqual(await abilities(), [true, true, true, false])
    await phone.setEra('2020')
    assert.deepEqual(await abilities(), [false, false, true, false])
  })

  story('gives user data without credentials to those who ask for none', async ({ phone }) => {
    await call(phone, 'login')
    const [[, secret]] = await call(phone, 'getUserInfo', { withCredentials: true })
    assert.ok(secret.encryptedData && secret.iv)
    const [[, open]] = await call(phone, 'getUserInfo', { withCredentials: false })
    assert.deepEqual([open.userInfo.nickName, open.encryptedData], ['微信用户', undefined])
  })

  story('loads WebAssembly from the code package only', async ({ phone, server }) => {
    phone.expected.push(/status of 404/)
    const failures = await phone.page.evaluate(
      (url) =>
        Promise.all(
          [new ArrayBuffer(8), `${url}/miniprogram_npm/wafer-client-wasm/core.wasm`, '/none.wasm'].map(
            (path) =>
              WXWebAssembly.instantiate(path, {}).then(
                () => 'loaded',
                (error) => error.message
              )
          )
        ),
      server.url
    )
    assert.match(failures[0], /must be a string/)
    assert.match(failures[1], /not in the code package/)
    assert.match(failures[2], /no such file/)
  })
})
