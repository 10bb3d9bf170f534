/** uploadFile and downloadFile have the same session handling as request. */
import assert from 'node:assert/strict'
import { toText } from '../../fake-wx/bytes.mjs'
import { MAGIC, SESSION_KEY, Wafer2Server } from '../../fake-wx/servers.mjs'
import { ORIGIN, many, story, tally } from './stories.mjs'

const UPLOAD_URL = `${ORIGIN}/upload`
const FILES = { 'wxfile://face.png': 'a face of some bytes' }
const formData = { album: '朋友圈' }

const upload = (app, options) =>
  app.note((callbacks) =>
    app.qcloud.uploadFile({
      url: UPLOAD_URL,
      login: true,
      filePath: 'wxfile://face.png',
      name: 'face',
      formData,
      ...options,
      ...callbacks
    })
  )
const download = (app, options) =>
  app.note((callbacks) =>
    app.qcloud.downloadFile({ url: `${ORIGIN}/echo`, login: true, ...options, ...callbacks })
  )

story('an upload logs in first, and arrives whole', async ({ start }) => {
  const app = start({ files: FILES })
  const call = upload(app)
  await app.settled([call])
  assert.equal(app.fake.count('login'), 1)
  assert.equal(typeof call.value.data, 'string', 'the answer as wx gave it')
  const { files, formData: received } = JSON.parse(call.value.data).data
  assert.deepEqual(files, { face: 20 })
  assert.deepEqual(received, formData)
})

story(
  'an upload that the server refuses as expired is sent once more, after one login',
  async ({ startWarm }) => {
    const app = await startWarm({ files: FILES })
    app.server.expire()
    const calls = many(10, () => upload(app))
    assert.deepEqual(tally(await app.settled(calls)), { success: 10 })
    assert.equal(app.fake.count('login'), 1)
    assert.ok(app.fake.count('uploadFile') <= 20)
    const { skey } = app.qcloud.getSession()
    assert.equal(app.fake.calls('uploadFile').at(-1).options.header['X-WX-Skey'], skey)
    for (const { options } of app.fake.calls('uploadFile')) assert.deepEqual(options.formData, formData)
  }
)

story('an upload is sent again for nothing but a refused session', async ({ startWarm }) => {
  const app = await startWarm({ files: FILES })
  const answers = [
    [{ statusCode: 500, data: `{"${MAGIC}":1,"error":"ERR_INVALID_SESSION"}` }, undefined],
    [{ statusCode: 200, data: '<html>502</html>' }, undefined],
    [{ statusCode: 200, data: '{"cut":' }, undefined],
    [{ statusCode: 200, data: `{"${MAGIC}":1,"error":"ERR_CHECK_LOGIN_FAILED"}` }, 'ERR_CHECK_LOGIN_FAILED']
  ]
  for (const [answer, type] of answers) {
    app.server.route('/odd', () => answer)
    const call = upload(app, { url: `${ORIGIN}/odd` })
    await app.settled([call])
    assert.equal(call.type, type)
    if (!type) assert.equal(call.value.data, answer.data)
  }
  app.fake.fault('uploadFile', { kind: 'fail', delivered: true })
  const lost = upload(app)
  await app.settled([lost])
  assert.equal(lost.type, 'ERR_NETWORK')
  assert.equal(app.fake.count('uploadFile'), answers.length + 1)
  assert.equal(app.fake.count('login'), 0)
})

story(
  'the original answer is handed over, also where a request asked for text or bytes',
  async ({ startWarm }) => {
    const app = await startWarm()
    app.server.expire()
    const text = app.call({ dataType: '其他' })
    assert.deepEqual(await app.settled([text]), ['success'])
    assert.equal(typeof text.value.data, 'string')
    app.server.expire()
    const bytes = app.call({ responseType: 'arraybuffer' })
    assert.deepEqual(await app.settled([bytes]), ['success'])
    assert.ok(bytes.value.data.byteLength > 0)
    assert.equal(app.server.records.logins, 2, 'and both expiries were seen')
  }
)

story('progress of an upload is told across the retry', async ({ startWarm }) => {
  const app = await startWarm({ files: FILES })
  app.server.expire()
  const progress = []
  const call = upload(app)
  call.task.onProgressUpdate(({ progress: percent }) => progress.push(percent))
  await app.settled([call])
  assert.deepEqual(progress, [50, 100, 50, 100])
})

story('a download logs in first and carries the session', async ({ start }) => {
  const app = start()
  const progress = []
  const call = download(app)
  call.task.onProgressUpdate(({ progress: percent }) => progress.push(percent))
  await app.settled([call])
  assert.equal(call.value.statusCode, 200)
  assert.ok(app.fake.files.get(call.value.tempFilePath).length > 0)
  assert.equal(app.fake.calls('downloadFile')[0].options.header['X-WX-Skey'], app.qcloud.getSession().skey)
  assert.deepEqual(progress, [50, 100])
})

story('a download that wafer2 refuses with 401 is sent again after a login', async ({ startWarm }) => {
  const app = await startWarm({ Server: Wafer2Server, configuration: { protocol: 'wafer2' } })
  app.server.expired = () => ({ statusCode: 401, data: 'unauthorized' })
  app.server.expire()
  const call = download(app)
  await app.settled([call])
  assert.equal(call.value.statusCode, 200)
  assert.equal(app.fake.count('downloadFile'), 2)
  assert.equal(app.server.records.logins, 1)
})

story(
  'a refusal that was saved as a file is seen: one login, and the file is fetched again',
  async ({ startWarm }) => {
    const app = await startWarm()
    app.server.expire()
    const calls = many(10, () => download(app))
    assert.deepEqual(tally(await app.settled(calls)), { success: 10 })
    assert.equal(app.fake.count('login'), 1)
    for (const { value } of calls) {
      const saved = toText(app.fake.files.get(value.tempFilePath))
      assert.equal(JSON.parse(saved).data.method, 'GET', saved)
    }
  }
)

story(
  'a refusal is found in a file of any type of text, or of none; a picture is not even read',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    const { handle } = app.server
    for (const type of [
      'application/json',
      'text/plain; charset=utf-8',
      'TEXT/HTML',
      undefined,
      'image/png'
    ]) {
      app.server.handle = (request) => {
        const { header: _, ...answer } = handle.call(app.server, request)
        return { ...answer, header: type && request.url.endsWith('/echo') ? { 'content-Type': type } : {} }
      }
      app.server.expire()
      app.fake.resetLog()
      const call = download(app)
      await app.settled([call])
      assert.equal(call.outcome, 'success', type)
      const isRead = type !== 'image/png'
      assert.equal(app.fake.count('login'), isRead ? 1 : 0, type)
      assert.equal(app.fake.count('readFile') > 0, isRead, type)
      await clock.advance(61_000)
    }
  }
)

story('a download of JSON that is no refusal is handed over as it came', async ({ startWarm }) => {
  const app = await startWarm()
  const call = download(app)
  await app.settled([call])
  assert.equal(app.fake.count('downloadFile'), 1)
  assert.equal(app.fake.count('login'), 0)
  assert.ok(app.fake.files.has(call.value.tempFilePath))
})

story('a downloaded file that is no refusal by its size is not read', async ({ startWarm }) => {
  const app = await startWarm()
  const large = `{"rows": "${'x'.repeat(1 << 20)}"}`
  app.server.route('/export', () => ({ statusCode: 200, data: large }), { session: true })
  const call = download(app, { url: `${ORIGIN}/export` })
  await app.settled([call])
  assert.equal(call.outcome, 'success')
  assert.deepEqual([app.fake.count('getFileInfo'), app.fake.count('readFile')], [1, 0])
})

story(
  'a file system that is missing, throws, fails, hangs or answers twice: every download settles',
  async ({ startWarm, clock }) => {
    const app = await startWarm()
    const { getFileSystemManager } = app.wx
    const getFileInfo = ({ success }) => success({ size: 2 })
    const twice = ({ success }) => {
      success({ data: '{}' })
      success({ data: '{}' })
    }
    const systems = {
      missing: undefined,
      throws() {
        throw new Error('no file system')
      },
      nothing: () => undefined,
      'without functions': () => ({}),
      'without readFile': () => ({ getFileInfo }),
      fails: () => ({ getFileInfo, readFile: ({ fail }) => fail({ errMsg: 'readFile:fail' }) }),
      hangs: () => ({ getFileInfo, readFile() {} }),
      twice: () => ({ getFileInfo, readFile: twice }),
      rubbish: () => ({ getFileInfo, readFile: ({ success }) => success({ data: null }) }),
      'no size': () => ({ getFileInfo: ({ fail }) => fail({ errMsg: 'getFileInfo:fail' }), readFile: twice }),
      'no size ever': () => ({ getFileInfo() {}, readFile: twice }),
      'a size that is none': () => ({ getFileInfo: ({ success }) => success(null), readFile: twice })
    }
    for (const [name, system] of Object.entries(systems)) {
      app.wx.getFileSystemManager = system
      const call = download(app)
      const started = clock.elapsed()
      await app.settled([call])
      assert.ok(clock.elapsed() - started <= 15_000, name)
      assert.equal(call.type, undefined, name)
    }
    app.wx.getFileSystemManager = getFileSystemManager
    assert.deepEqual(await app.settled([download(app)]), ['success'])
  }
)

story('transfers without login go out bare, and with a session carry it', async ({ start }) => {
  const app = start({ files: FILES })
  await app.settled([
    upload(app, { login: false, url: `${ORIGIN}/public` }),
    download(app, { login: false, url: `${ORIGIN}/public` })
  ])
  assert.equal(app.fake.count('login'), 0)
  assert.deepEqual(app.fake.calls('uploadFile')[0].options.header, {})
  assert.deepEqual(app.fake.calls('downloadFile')[0].options.header, {})
  await app.settled([app.call()])
  await app.settled([upload(app, { login: false }), download(app, { login: false })])
  const { skey } = app.fake.stored(SESSION_KEY)
  assert.equal(app.fake.calls('uploadFile')[1].options.header['X-WX-Skey'], skey)
  assert.equal(app.fake.calls('downloadFile')[1].options.header['X-WX-Skey'], skey)
})

story('aborting an upload in flight aborts it at wx', async ({ startWarm, clock }) => {
  const app = await startWarm({ files: FILES, latency: { uploadFile: [500, 500] } })
  const call = upload(app)
  await clock.advance(200)
  call.task.abort()
  await app.settled([call])
  assert.equal(call.type, 'ERR_ABORTED')
  assert.equal(app.fake.count('UploadTask.abort'), 1)
})

story('a file that is not there fails the upload with the words of wx', async ({ startWarm }) => {
  const app = await startWarm()
  const call = upload(app)
  await app.settled([call])
  assert.equal(call.type, 'ERR_NETWORK')
  assert.equal(call.value.errMsg, 'uploadFile:fail file not found')
})
