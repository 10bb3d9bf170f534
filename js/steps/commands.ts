/** Carries out what the core commands. */
import { type Call, State, callOf, isSettled, prototype } from '../app/calls'
import { customProtocol } from '../app/configuration'
import { deliverAll, settleAndTell } from '../app/deliveries'
import { ERR_STORAGE, aborted, asInvalid } from '../app/errors'
import { emit, tellListeners } from '../app/events'
import {
  NO_SESSION,
  announce,
  currentUserInfo,
  getSession,
  readStored,
  removeStored,
  sessionHeader,
  store,
  storedCustomParts
} from '../app/session'
import { Bits, Fact, Goal, InputKind, Op, Table } from '../codes'
import { errorOf } from '../core/failures'
import { load } from '../core/loader'
import {
  change,
  commandValue,
  hasInputs,
  input,
  liveCore,
  numberAt,
  rememberLogins,
  setExecutor,
  textOf
} from '../core/queue'
import { applyTo, throwLater } from '../host/wx'
import type { LifecycleEvent } from '../types'
import { awaitLogin, checkSession, requestSession, wxLogin, wxLoginUserInfo } from './login'
import { send } from './send'
import { fetchUserInfo } from './user-info'

type EventType = LifecycleEvent['type']

/** A login counts for this long, in ms. */
const MINUTE_MS = 60000

// State of the module: the core's one timer. While there is no core, it counts the time of the lost one's logins.
let timer: any
/** The app logged out, and the core has not heard of it. */
let isLoggingOut = false

function execute(command: number): void {
  const id = command >>> Bits.Id
  const call = callOf(id)
  const op: Op = command & (Bits.More - 1)
  const number = numberAt(0)
  const second = numberAt(1)
  const value = commandValue()
  switch (op) {
    case Op.Send:
      if (call) send(call, number, number < Fact.Generation ? undefined : sessionHeader(), value)
      break
    case Op.Succeed:
      if (call) settleAndTell(call, State.Succeeded, isLogin(call) ? currentUserInfo() : call.answer_)
      break
    case Op.Fail:
      if (second) awaitLogin(true)
      if (call) settleAndTell(call, State.Failed, errorOf(number, call, value, second))
      break
    case Op.UserInfo:
      if (call) fetchUserInfo(call)
      break
    case Op.AbortRequest:
      if (call) {
        // From now on, whatever wx answers for it is late.
        call.turn_++
        applyTo(call.task_, 'abort')
      }
      break
    case Op.ReadSession:
      readSession()
      break
    case Op.WriteSession:
      writeSession(value)
      break
    case Op.RemoveSession:
      removeSession()
      break
    case Op.Session:
      if (value) awaitLogin(false)
      announce(value || NO_SESSION)
      tellListeners('onSessionChange', getSession)
      break
    case Op.CheckSession:
      checkSession(number)
      break
    case Op.WxLogin:
      rememberLogins(second)
      wxLogin(number)
      break
    case Op.LoginUserInfo:
      wxLoginUserInfo(number)
      break
    case Op.LoginRequest:
      requestSession(number, value)
      break
    case Op.Wake:
      clearTimeout(timer)
      timer = setTimeout(tick, number)
      break
    case Op.Event:
      emit(textOf(Table.Event, number) as EventType, second < 0 ? undefined : errorOf(second).type, id)
      break
    default:
      // A command that nobody carries out does not compile.
      op satisfies Op.Nothing
  }
}

function tick(): void {
  timer = undefined
  change(
    (core) => core.input_(InputKind.Tick),
    () => {
      // The core waits for nothing: no login counts any more.
      if (!timer) forgetLogins()
    }
  )
}

const forgetLogins = () => rememberLogins(0)

function readSession(): void {
  const stored = readStored()
  input(InputKind.Stored, 0, customProtocol ? storedCustomParts(stored) : stored)
}

function writeSession(session: unknown): void {
  if (store(session)) return
  // The storage holds an older session now. At the next launch, that would log in the user of before.
  removeSession()
  emit('storage-failed', ERR_STORAGE)
}

function removeSession(): void {
  if (!removeStored()) emit('storage-failed', ERR_STORAGE)
}

const isLogin = (call: Call) => call.goal_ === Goal.Login || call.goal_ === Goal.Relogin

prototype.abort = function (this: Call) {
  if (isSettled(this)) return
  if (this.state_ === State.Queued) {
    settleAndTell(this, State.Failed, aborted())
    deliverAll()
  } else input(this.isSent_ ? InputKind.AbortSent : InputKind.Abort, this.id_)
}

setExecutor({
  load_: load,
  execute_: execute,
  failed_(command, error) {
    const call = callOf(command >>> Bits.Id)
    if (call) settleAndTell(call, State.Failed, asInvalid(call.api_, error))
    throwLater(error)
  },
  stop_() {
    clearTimeout(timer)
    timer = setTimeout(forgetLogins, MINUTE_MS)
    // The app logged out, and the core is gone before it heard of that.
    if (isLoggingOut) removeSession()
    isLoggingOut = false
  }
})

/** Logs out: the stored session is deleted at once, a login on its way is discarded. */
export function clearSession(): void {
  if (!liveCore) removeSession()
  if (!liveCore && !hasInputs()) return
  isLoggingOut = true
  change(
    (core) => core.input_(InputKind.Clear),
    () => {
      isLoggingOut = false
    }
  )
}
