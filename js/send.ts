/** Sends a call's request and hands the answer to the core. */
import { type Call, applyToTask } from './calls'
import { customProtocol } from './configuration'
import { InputKind } from './codes'
import { change, input } from './core'
import { mergeHeaders } from './headers'
import { type Loose, assign, causeOf, isObject, isString, run } from './host'
import { sessionHeader } from './session'
import { decodeUtf8 } from './utf8'
import { lend } from './values'

declare const wx: Loose

/** Longest body in bytes or characters that is looked into although the caller did not want it parsed. */
const LONGEST_REFUSAL = 4096

export function send(call: Call, ticket: number, isSigned: boolean, userData: Loose | undefined): void {
  const { api_, header_ } = call
  const options = assign({}, call.options_)
  const session = isSigned ? sessionHeader() : undefined
  // Of wafer and wafer2, the session's names have been taken out of the caller's headers.
  const header = customProtocol ? mergeHeaders(header_, session) : header_
  options.header = assign({}, header, session, userData)
  options.success = (answer: unknown) => answered(call, ticket, answer)
  options.fail = (error: unknown) => failed(call, ticket, error)
  if (options.complete) options.complete = undefined
  call.ticket_ = ticket
  call.answer_ = call.cause_ = undefined
  try {
    const task = wx[api_](options)
    if (call.ticket_ !== ticket) return
    call.task_ = task
    if (api_ === 'downloadFile') {
      call.isJson_ = false
      applyToTask(task, 'onHeadersReceived', ({ header }: any) => {
        call.isJson_ = /"content-type":"[^"]*json/i.test(JSON.stringify(header))
      })
    }
    if (call.listeners_) {
      for (const entry of call.listeners_) applyToTask(task, 'on' + entry[0], entry[1])
    }
  } catch (error) {
    failed(call, ticket, error)
  }
}

/** What a call had under way failed. */
export function failed(call: Call, ticket: number, error: unknown): void {
  if (call.ticket_ !== ticket) return
  call.ticket_ = 0
  call.cause_ = error || { errMsg: call.api_ + ':fail' }
  input(InputKind.Failed, ticket, causeOf(error))
}

function answered(call: Call, ticket: number, answer: any): void {
  if (!isObject(answer)) return failed(call, ticket, answer)
  if (call.ticket_ !== ticket) return
  call.ticket_ = 0
  call.answer_ = answer
  if (call.isJson_) readFile(answer.tempFilePath || answer.filePath, (text) => judge(call, ticket, text))
  else judge(call, ticket, answer.data)
}

/** The text of a downloaded file: a refusal is saved like anything else that the server answers. */
function readFile(filePath: string, done: (text?: unknown) => void): void {
  try {
    wx.getFileSystemManager().readFile({
      filePath,
      encoding: 'utf8',
      success: ({ data }: any) => done(data),
      fail: () => done()
    })
  } catch (error) {
    done()
  }
}

/** Lets the core decide what the answer means, of which `data` is the body. */
function judge(call: Call, ticket: number, data: unknown): void {
  let status = call.answer_.statusCode
  let body = bodyOf(data)
  const protocol = customProtocol
  if (protocol) {
    status = 200
    body = 0
    run(() => {
      if (protocol.isExpired(call.answer_)) body = -1
    })
  }
  change((core) => core.answered_(ticket, status, lend(body), Date.now()))
}

/** The body as the protocols see it: uploads and some `dataType`s answer text, which may hold a refusal. */
function bodyOf(data: any): unknown {
  try {
    let text = data
    if (isObject(data) && data.byteLength < LONGEST_REFUSAL) {
      text = decodeUtf8(new Uint8Array(data as any))
    }
    return isString(text) && text[0] === '{' && text.length < LONGEST_REFUSAL ? JSON.parse(text) : data
  } catch (error) {
    return data
  }
}
