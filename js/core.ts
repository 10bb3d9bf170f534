/** The core in its WebAssembly instance: loaded on demand, thrown away when it traps. */
import { createGlue, type Glue } from '../build/core/glue.js'
import { State, pendingCalls } from './calls'
import { InputKind, Kind, Table } from './codes'
import { checkModes, loginModes, protocols, settings } from './configuration'
import { conclude, deliverAll } from './deliveries'
import { ERR_WASM_LOAD, RequestError, type SessionError } from './errors'
import { emit, isObserved } from './events'
import { type Loose, isObject, isString, wordsOf } from './host'
import { forget } from './session'

declare const WXWebAssembly: any

/** How long the module may take to load, in ms. */
const LOAD_MS = 10000

let glue: Glue | undefined
let isLoading = false
let isDraining = false
/** Counts instances: what an older one asked for is of no interest to the next. */
let instance = 0
/** What was done before the module was ready. */
let queued: Array<(core: Glue) => void> = []
let waiting: Array<(error?: unknown) => void> = []
let places: Loose = {}
let placesKnown = 0
/** What of the login URL is told apart by its path; undefined if it has none. */
let loginPath: string | undefined
/** Carries out a command; set by commands.ts. */
let execute: (core: Glue, command: number) => void
/** Stops what a lost instance, or one that could not be had, had under way; set by commands.ts. */
let stop: (error: SessionError) => void

export function setExecutor(executor: typeof execute, stopper: typeof stop): void {
  execute = executor
  stop = stopper
}

/** Texts of the core, each fetched once. */
const texts: string[][] = [[], [], [], []]
export function textOf(table: Table, index: number): string {
  const known = texts[table]
  return known[index] || (known[index] = glue!.text(table, index) || '')
}

/** The functions that the core calls: readings of JS values that cannot fail. */
const host = {
  kind(value: any): Kind {
    if (value === undefined || value === null || value === '') return Kind.Nothing
    if (isString(value) || Number.isFinite(value)) return Kind.Scalar
    if (!isObject(value)) return Kind.Other
    try {
      return Object.keys(value).length ? Kind.Record : Kind.Empty
    } catch (error) {
      return Kind.Other
    }
  },
  field(value: any, name: number): unknown {
    if (value === undefined || value === null) return undefined
    try {
      return value[texts[Table.Word][name] || textOf(Table.Word, name)]
    } catch (error) {
      return undefined
    }
  },
  is: (value: unknown, text: number) =>
    +(isString(value) || typeof value === 'number' ? String(value) === textOf(Table.Word, text) : 0),
  put(record: any, name: number, value: unknown): void {
    if (value !== undefined) record[textOf(Table.Word, name)] = value
  }
}

/** Runs `then` only while the instance that asked is alive. */
export function whileAlive<Arguments extends unknown[]>(then: (...given: Arguments) => void) {
  const asking = instance
  return (...given: Arguments): void => {
    if (asking === instance) then(...given)
  }
}

export const isReady = () => !!glue
export const hasQueued = () => queued.length > 0

/** Changes the core, now or once it is loaded, and carries out what follows. */
export function change(input: (core: Glue) => void): void {
  if (!glue) {
    queued.push(input)
    load()
    return
  }
  try {
    input(glue)
  } catch (error) {
    crash(error)
  }
  drain()
}

export function input(kind: InputKind, number = 0, value?: unknown): void {
  change((core) => core.input(kind, number, value, Date.now()))
}

/** Carries out all commands, then runs the app's code. */
export function drain(): void {
  if (glue && !isDraining) {
    isDraining = true
    try {
      for (let command; glue && (command = glue.poll());) execute(glue, command)
    } catch (error) {
      crash(error)
    }
    isDraining = false
  }
  deliverAll()
}

/** The instance trapped: it is thrown away, what was pending fails, and the next call starts a new one. */
function crash(error: unknown): void {
  glue = undefined
  instance++
  forget()
  emit('crash', undefined, ERR_WASM_LOAD)
  failAll(new RequestError(ERR_WASM_LOAD, 'WebAssembly 内核运行出错，已停用；再次调用会重新启动', error))
}

function failAll(error: SessionError): void {
  queued = []
  stop(error)
  for (const call of pendingCalls()) conclude(call, State.Failed, error)
  const told = waiting
  waiting = []
  for (const tell of told) tell(error)
}

/** Starts loading, unless that is under way or done. */
export function load(): void {
  if (glue || isLoading) return
  isLoading = true
  emit('load')
  const next = createGlue(host)
  let isOpen = true
  const end = (answer: any, error?: unknown): void => {
    if (!isOpen) return
    isOpen = false
    clearTimeout(deadline)
    loaded(next, answer, error)
  }
  const deadline = setTimeout(() => end(undefined, 'timeout'), LOAD_MS)
  try {
    WXWebAssembly.instantiate(settings.wasmPath, next.imports).then(
      (answer: any) => end(answer),
      (error: unknown) => end(undefined, error)
    )
  } catch (error) {
    end(undefined, error)
  }
}

function loaded(next: Glue, answer: any, error: unknown): void {
  try {
    // Most hosts answer { instance }, some the instance itself.
    next.attach((answer.instance || answer).exports)
    next.text(Table.Word, 0)
    return attached(next)
  } catch (reason) {
    error = error || reason
  }
  try {
    const fallback: any = settings.fallback && settings.fallback()
    if (fallback) {
      next = createGlue(host)
      next.attach(fallback(next.imports).exports)
      return attached(next)
    }
  } catch (reason) {
    error = reason
  }
  isLoading = false
  emit('load-failed', undefined, ERR_WASM_LOAD)
  const message =
    'WebAssembly 内核加载失败（' +
    (wordsOf(error) || '未知错误') +
    '）。请确认基础库不低于 2.14.0、已构建 npm、'
  failAll(
    new RequestError(
      ERR_WASM_LOAD,
      message + 'wasmPath 指向包内文件，或配置 fallback；再次调用会重新加载',
      error
    )
  )
  drain()
}

function attached(next: Glue): void {
  glue = next
  isLoading = false
  instance++
  emit('ready')
  observe()
  configureCore()
  const inputs = queued
  queued = []
  for (const input of inputs) change(input)
  const told = waiting
  waiting = []
  for (const tell of told) tell()
  drain()
}

/** Settles when the module is loaded, or has failed to. */
export function ready(): Promise<void> {
  return new Promise((resolve, reject) => {
    if (glue) return resolve()
    waiting.push((error) => (error ? reject(error) : resolve()))
    load()
  })
}

/** Tells the core whether anybody wants events. */
export function observe(): void {
  if (glue) input(InputKind.Observe, +isObserved())
}

/** Hands the settings to the core. */
export function configureCore(): void {
  places = {}
  placesKnown = 0
  const path = /^.{8}[^/]*(\/[^?#]*)/.exec(settings.loginUrl || '')
  loginPath = path ? path[1] : undefined
  if (!glue) return
  change((core) => {
    const { protocol, checkSession, loginMode, deadlines, loginUrl } = settings
    // In the order of NumberSetting.
    const numbers = [
      protocol ? protocols.indexOf(protocol as string) : 0,
      checkSession ? checkModes.indexOf(checkSession) : 0,
      loginMode ? loginModes.indexOf(loginMode) : 0,
      deadlines.loginMs,
      deadlines.checkSessionMs,
      deadlines.loginRequestMs,
      settings.maxLoginsPerMinute || 5,
      0
    ]
    numbers.forEach((value, setting) => core.set_number(setting, value < 0 ? 2 : value))
    if (loginUrl) core.set_text(0, loginUrl)
    for (const origin of settings.trustedOrigins || []) core.set_text(1, origin)
    core.input(InputKind.Configure, 0, undefined, Date.now())
  })
}

/**
 * Where a URL leads. The core decides; its answers are kept by what comes before the path, which is all that
 * decides, except where the URL could be the login URL.
 */
export function placeOf(core: Glue, url: string): number {
  // "https://" is 8 long; of "http://a/b" the host's end is found just as well.
  const end = url.indexOf('/', 8)
  const key = end < 0 ? url : url.slice(0, end)
  let place = places[key]
  if (place === undefined) {
    if (++placesKnown > 50) {
      places = {}
      placesKnown = 0
    }
    // No login URL has this path, so that the answer holds for every other path.
    place = places[key] = core.place(key + '/\n')
  }
  return place && couldBeLogin(url, end) ? core.place(url) : place
}

const couldBeLogin = (url: string, end: number) => end < 0 || !loginPath || url.startsWith(loginPath, end)
