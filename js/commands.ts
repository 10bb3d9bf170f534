/** Carries out what the core commands. */
import type { Core } from '../build/core/core'
import { type Call, State, aborted, applyToTask, callOf, isSettled, prototype } from './calls'
import { Bits, Goal, InputKind, Op, Table } from './codes'
import { customProtocol } from './configuration'
import { hasInputs, input, isReady, setExecutor, textOf } from './core'
import { conclude } from './deliveries'
import { ERR_STORAGE } from './errors'
import { emit, tellListeners } from './events'
import { errorOf } from './failures'
import { type Loose, store, tell } from './host'
import { checkSession, requestSession, wxLogin, wxLoginUserInfo } from './login'
import { send } from './send'
import {
  NO_SESSION,
  SESSION_KEY,
  announce,
  currentUserInfo,
  customParts,
  getSession,
  readStored
} from './session'
import { abandonTunnels } from './tunnel'
import type { LifecycleEvent } from './types'
import { fetchUserInfo } from './user-info'
import { held } from './values'

type EventType = LifecycleEvent['type']
let timer: ReturnType<typeof setTimeout>

function announceChange(parts: Loose): void {
  announce(parts)
  tellListeners('onSessionChange', getSession)
}

function execute(core: Core, command: number): void {
  const id = command >>> Bits.Id
  const call = callOf(id)
  const op: Op = command & ((1 << Bits.Op) - 1)
  switch (op) {
    case Op.Send:
    case Op.SendBare:
    case Op.SendUserData:
      if (call) {
        const userData = op === Op.SendUserData ? held(core.value_()) : undefined
        send(call, command >>> Bits.Ticket, op !== Op.SendBare, userData)
      }
      break
    case Op.Succeed:
      if (call) conclude(call, State.Succeeded, isLogin(call) ? currentUserInfo() : call.answer_)
      break
    case Op.Fail:
      if (call) conclude(call, State.Failed, errorOf(core.number_(0), call, held(core.value_())))
      break
    case Op.UserInfo:
      if (call) fetchUserInfo(call, command >>> Bits.Ticket)
      break
    case Op.AbortRequest:
      if (call) applyToTask(call.task_, 'abort')
      break
    case Op.ReadSession:
      readSession()
      break
    case Op.WriteSession:
      writeSession(held(core.value_()))
      break
    case Op.RemoveSession:
      tell('removeStorageSync', SESSION_KEY)
      break
    case Op.Session:
      announceChange(held(core.value_()))
      break
    case Op.NoSession:
      announceChange(NO_SESSION)
      break
    case Op.CheckSession:
      checkSession(core.number_(0))
      break
    case Op.WxLogin:
      wxLogin(core.number_(0))
      break
    case Op.LoginUserInfo:
      wxLoginUserInfo(core.number_(0))
      break
    case Op.LoginRequest:
      requestSession(core.number_(0), held(core.value_()))
      break
    case Op.Wake:
      clearTimeout(timer)
      timer = setTimeout(() => input(InputKind.Tick), core.number_(0))
      break
    case Op.Event: {
      const failure = core.number_(1)
      emit(
        textOf(Table.Event, core.number_(0)) as EventType,
        id,
        failure < 0 ? undefined : errorOf(failure).type
      )
    }
  }
}

function readSession(): void {
  const stored = readStored()
  input(InputKind.Stored, 0, 0, customProtocol ? customParts(stored) : stored)
}

function writeSession(session: unknown): void {
  if (store(SESSION_KEY, session)) return
  // What is stored now is an older session: read again at the next launch, it would log in the user of before.
  tell('removeStorageSync', SESSION_KEY)
  emit('storage-failed', 0, ERR_STORAGE)
}

const isLogin = (call: Call) => call.goal_ === Goal.Login || call.goal_ === Goal.Relogin

prototype.abort = function (this: Call) {
  if (isSettled(this)) return
  if (this.state_ === State.Queued) conclude(this, State.Failed, aborted())
  else input(InputKind.Abort, this.id_)
}

setExecutor(execute, (error) => {
  clearTimeout(timer)
  abandonTunnels(error)
})

/** Logs out: what is stored goes at once, what is on its way is discarded. */
export function clearSession(): void {
  if (isReady() || hasInputs()) input(InputKind.Clear)
  // The core is not there yet, or trapped just now.
  if (!isReady()) tell('removeStorageSync', SESSION_KEY)
}
