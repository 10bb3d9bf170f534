/** Takes the outcome of a call's request: the only place that does, for calls under a pass and all others. */
import { type Call, State, isSettled } from '../app/calls'
import { customProtocol } from '../app/configuration'
import { deliverAll, settleAndTell, succeedAtRest } from '../app/deliveries'
import { RequestError } from '../app/errors'
import { headersOf } from '../app/headers'
import { askProtocol } from '../app/session'
import { Fact, InputKind, SERVER_ERROR } from '../codes'
import { change, input, pass } from '../core/queue'
import { hold, lend } from '../core/values'
import { decodeUtf8 } from '../host/utf8'
import {
  type AnyObject,
  assign,
  callWxSync,
  ignoreRejection,
  isMissing,
  isObject,
  isString,
  parse,
  statusOf,
  throwLater,
  within
} from '../host/wx'

/** From this status on (redirections, errors) an answer is not plain. */
const REDIRECTION = 300
/** A longer text than this, in bytes, is no refusal. */
const LONGEST_REFUSAL = 1 << 20
/** How long reading a file may take, in ms. */
const READ_MS = 10000

/**
 * Has a download note the content type of what it gets, which tells whether that may be a refusal. The note stays when
 * the download is sent again, since only a type that may be a refusal leads to that.
 */
export function noteContentType(call: Call): void {
  const note = (answer: any) => {
    call.contentType_ = String(headersOf(answer)['content-type'] || '')
  }
  call.listeners_ = [['HeadersReceived', note]]
}

/** The request of a call failed, or fetching its user data did. */
export function failed(call: Call, turn: number, error: unknown): void {
  ignoreRejection(call.task_)
  if (call.turn_ !== turn) return
  call.turn_++
  call.isSent_ = false
  call.cause_ = error || { errMsg: call.api_ + ':fail' }
  input(InputKind.Failed, call.id_, call.cause_)
}

/** Takes what the host answers to a call's request. */
export const answered = (call: Call, turn: number) => (answer: any) => {
  if (call.turn_ !== turn) return
  if (pass) {
    try {
      const { field_, value_ } = pass
      const { statusCode, data } = answer
      // An ArrayBuffer has no such field, and may hold anything. What bodies usually are comes first: without JIT, looking
      // for a member that is nowhere takes three times as long.
      const isPlain =
        typeof data === 'object'
          ? data[field_] == value_ && (data.constructor === Object || data.byteLength == null)
          : isString(data) && value_ == null && !call.chunk_ && data.indexOf(field_) < 0
      if (isPlain && (statusCode < REDIRECTION || isMissing(statusCode))) return succeedAtRest(call, answer)
    } catch (error) {
      // There is no answer, or a getter threw: an answer that cannot be read is not plain.
    }
  }
  // The closures are made in a function of its own: in this one, every answer would pay for them.
  /*@__NOINLINE__*/ examine(call, turn, answer)
}

/** Hands an answer to the core, with what it says. */
function examine(call: Call, turn: number, answer: any): void {
  if (!isObject(answer)) return failed(call, turn, answer)
  call.turn_++
  call.answer_ = answer
  // Until a download's file was looked at, the call can be aborted as if it were on its way.
  if (call.api_ === 'downloadFile') readRefusal(call, (data) => judge(call, { data }))
  else judge(call, call.chunk_ ? { data: call.chunk_ } : answer)
}

/** Lets the core decide what the answer means, of which `data` is the body. An answer that throws is a failure. */
function judge(call: Call, said: AnyObject): void {
  if (isSettled(call)) return
  call.isSent_ = false
  const { id_, facts_, options_, userData_, answer_, turn_ } = call
  try {
    const statusCode = statusOf(answer_)
    let body = bodyOf(said.data)
    if (customProtocol) {
      let isExpired = false
      if (facts_ >= Fact.Generation && statusCode < SERVER_ERROR) {
        // A download has a file where other answers have a body, a stream its chunks; what they hold is shown.
        const response = said === answer_ ? said : assign({}, answer_, { data: body || '' })
        try {
          isExpired = askProtocol(customProtocol, 'isExpired', response)
        } catch (error) {
          if (!(error instanceof RequestError)) throwLater(error)
          else {
            settleAndTell(call, State.Failed, error)
            return deliverAll()
          }
        }
      }
      body = isExpired ? -1 : 0
    }
    change((core) => core.answered_(id_, facts_, hold(options_.url), hold(userData_), statusCode, lend(body)))
  } catch (error) {
    failed(call, turn_, error)
  }
}

/** The body as the protocols see it: uploads and some `dataType`s answer text, which may hold a refusal. */
export function bodyOf(data: any): unknown {
  try {
    let text = data
    if (isObject(data) && mayBeRefusal(data)) text = decodeUtf8(new Uint8Array(data as any))
    if (!isString(text)) return data
    // A byte order mark is white space to trim().
    text = text.trim()
    return text[0] === '{' ? parse(text) : data
  } catch (error) {
    return data
  }
}

/** Whether bytes begin as a JSON object does, behind white space and a byte order mark. */
function mayBeRefusal(data: AnyObject): boolean {
  if (!(data.byteLength <= LONGEST_REFUSAL)) return false
  const bytes = new Uint8Array(data as any)
  let index = bytes[0] === 0xef ? 3 : 0
  while (bytes[index] <= 32) index++
  return bytes[index] === 123
}

/**
 * Reads the file of a download if it may be a refusal, which is saved like anything else that the server answers. Its
 * size comes first, so that no large file is read; WeChat reads no part that is longer than the file.
 */
function readRefusal(call: Call, done: (data?: unknown) => void): void {
  const { contentType_, answer_ } = call
  if (contentType_ && !/json|text/i.test(contentType_)) return done()
  // A file that cannot be read is no refusal: it is the app's.
  const end = within(READ_MS, done)
  const files = callWxSync('getFileSystemManager')
  const ask = (api: string, then: (answer: AnyObject) => void) => {
    try {
      const filePath = answer_.tempFilePath || answer_.filePath
      const success = (answer: unknown) => (isObject(answer) ? then(answer) : end())
      files[api]({ filePath, success, fail: () => end() })
    } catch (error) {
      end()
    }
  }
  ask('getFileInfo', ({ size }) => {
    if (!(size <= LONGEST_REFUSAL)) return end()
    ask('readFile', ({ data }) => end(isObject(data) && mayBeRefusal(data) ? data : undefined))
  })
}
