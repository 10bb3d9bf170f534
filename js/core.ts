/** The core in its WebAssembly instance: loaded on demand, thrown away when it traps. */
import type { Core } from '../build/core/core'
import { State, pendingCalls } from './calls'
import { Bits, InputKind, type Table } from './codes'
import { checkModes, loginModes, protocols, settings } from './configuration'
import { conclude, deliverAll } from './deliveries'
import { ERR_WASM_LOAD, RequestError, type SessionError } from './errors'
import { emit, isObserved } from './events'
import { wordsOf } from './host'
import { forgetPlaces } from './places'
import { forget } from './session'
import { hold, host, learnWords, present, sweep, textOf as textOfCore } from './values'

declare const WXWebAssembly: any

/** How long the module may take to load, in ms. */
const LOAD_MS = 10000

/** Tells the core what happened; answers the first command that follows, or 0. */
type Input = (core: Core) => number

let core: Core | undefined
let isLoading = false
let isDraining = false
/** Counts instances that trapped: what one of them asked for is of no interest to the next. */
let instance = 0
/** What happened while the module was not ready, or another input's commands were carried out. */
let inputs: Input[] = []
let waiting: Array<(error?: unknown) => void> = []
/** Carries out a command; set by commands.ts. */
let execute: (core: Core, command: number) => void
/** Stops what a lost instance, or one that could not be had, had under way; set by commands.ts. */
let stop: (error: SessionError) => void

export function setExecutor(executor: typeof execute, stopper: typeof stop): void {
  execute = executor
  stop = stopper
}

export const textOf = (table: Table, index: number): string => textOfCore(core!, table, index)

/** Runs `then` only while the instance that asked is alive. */
export function whileAlive<Arguments extends unknown[]>(then: (...given: Arguments) => void) {
  const asking = instance
  return (...given: Arguments): void => {
    if (asking === instance) then(...given)
  }
}

export const isReady = () => !!core
export const hasInputs = () => !!inputs.length

/** Changes the core, now or once it is loaded and at rest, and carries out what follows. */
export function change(input: Input): void {
  if (core && !isDraining) return drain(input)
  inputs.push(input)
  load()
}

export function input(
  kind: InputKind,
  number = 0,
  code: number = 0,
  value?: unknown,
  detail?: unknown
): void {
  change((core) => core.input_(kind, number, code, hold(value), hold(detail), Date.now()))
}

/** Hands in an input and those that wait, and carries out all commands; then runs the app's code. */
export function drain(next?: Input): void {
  if (core && !isDraining) {
    isDraining = true
    try {
      for (next = next || inputs.shift(); core && next; next = inputs.shift()) {
        for (let command = next(core); command;) {
          execute(core, command)
          command = core && command & Bits.More ? core.poll_() : 0
        }
      }
      if (core) sweep(core)
    } catch (error) {
      crash(error)
    }
    isDraining = false
  }
  deliverAll()
}

/** The instance trapped: it is thrown away, what was pending fails, and the next call starts a new one. */
function crash(error: unknown): void {
  core = undefined
  instance++
  forget()
  emit('crash', undefined, ERR_WASM_LOAD)
  failAll(new RequestError(ERR_WASM_LOAD, 'WebAssembly 内核运行出错，已停用；再次调用会重新启动', error))
}

function failAll(error: SessionError): void {
  inputs = []
  stop(error)
  for (const call of pendingCalls()) conclude(call, State.Failed, error)
  tellWaiting(error)
}

function tellWaiting(error?: unknown): void {
  const told = waiting
  waiting = []
  for (const tell of told) tell(error)
}

/** Starts loading, unless that is under way or done. */
export function load(): void {
  if (core || isLoading) return
  isLoading = true
  emit('load')
  let isOpen = true
  const end = (error: unknown, answer?: any): void => {
    if (isOpen) {
      isOpen = false
      clearTimeout(deadline)
      loaded(error, answer)
    }
  }
  const deadline = setTimeout(() => end('timeout'), LOAD_MS)
  try {
    WXWebAssembly.instantiate(settings.wasmPath, { module_: host }).then(
      (answer: any) => end(undefined, answer),
      end
    )
  } catch (error) {
    end(error)
  }
}

function loaded(error: unknown, answer: any): void {
  try {
    // Most hosts answer { instance }, some the instance itself.
    return attach((answer.instance || answer).exports)
  } catch (reason) {
    error = error || reason
  }
  try {
    const fallback: any = settings.fallback && settings.fallback()
    if (fallback) return attach(fallback({ module_: host }).exports)
  } catch (reason) {
    error = reason
  }
  isLoading = false
  emit('load-failed', undefined, ERR_WASM_LOAD)
  failAll(
    new RequestError(
      ERR_WASM_LOAD,
      'WebAssembly 内核加载失败，请确认基础库不低于 2.14.0、已构建 npm、wasmPath 指向包内文件，或配置 fallback；再次调用会重新加载。原因：' +
        (wordsOf(error) || '未知'),
      error
    )
  )
  drain()
}

function attach(exports: Core): void {
  learnWords(exports)
  core = exports
  isLoading = false
  emit('ready')
  inputs.unshift(tellObserved, tellSettings)
  tellWaiting()
  drain()
}

/** Settles when the module is loaded, or has failed to. */
export function ready(): Promise<void> {
  return new Promise((resolve, reject) => {
    if (core) return resolve()
    waiting.push((error) => (error ? reject(error) : resolve()))
    load()
  })
}

const tellObserved: Input = (core) => core.input_(InputKind.Observe, +isObserved(), 0, 0, 0, Date.now())

const tellSettings: Input = (core) => {
  const { protocol, checkSession, loginMode, deadlines, loginUrl, trustedOrigins = [] } = settings
  present(
    [loginUrl || ''].concat(trustedOrigins),
    // In the order of NumberSetting.
    [
      protocol ? protocols.indexOf(protocol as string) : 0,
      checkSession ? checkModes.indexOf(checkSession) : 0,
      loginMode ? loginModes.indexOf(loginMode) : 0,
      deadlines.loginMs,
      deadlines.checkSessionMs,
      deadlines.loginRequestMs,
      settings.maxLoginsPerMinute || 5,
      trustedOrigins.length
    ]
  )
  return core.input_(InputKind.Configure, 0, 0, 0, 0, Date.now())
}

/** Tells the core whether anybody wants events. */
export function observe(): void {
  if (core) change(tellObserved)
}

/** Hands the settings to the core. */
export function configureCore(): void {
  forgetPlaces()
  if (core) change(tellSettings)
}
