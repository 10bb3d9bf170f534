/**
 * The way into the core: one input after the other, each with all that follows from it. While the core is at rest and
 * has nothing to decide, there is a pass, under which calls are sent and settled without it.
 */
import type { Core } from '../../build/core/core'
import { State, pendingCalls } from '../app/calls'
import { Bits, InputKind, type Table } from '../codes'
import { protocolNumber, settings } from '../app/configuration'
import { deliverAll, settleAndTell } from '../app/deliveries'
import { ERR_WASM_LOAD, RequestError, type SessionError } from '../app/errors'
import { emit, isObserved } from '../app/events'
import { redacted } from '../app/secrets'
import { forget, sessionHeader } from '../app/session'
import { type AnyObject, runCallback } from '../host/wx'
import { forgetPlaces, learnLoginMark } from './places'
import { hold, learnWords, readTexts, sweep, valueAt, wordAt } from './values'

/** Tells the core what happened; answers the first command that follows, or 0. It does nothing else. */
type Input = (core: Core) => number
/** An input, and what is to be done after all that follows from it. */
type Step = [enter: Input, after?: () => void]

/** Carries out the core's commands. It lives in steps/commands.ts, a storey above, and is handed in by `setExecutor`. */
export interface Executor {
  /** Starts loading an instance, unless that is under way or done. */
  load_(): void
  /** Carries out a command. */
  execute_(command: number): void
  /** Carrying out a command threw an exception that did not come from the core. */
  failed_(command: number, error: unknown): void
  /** Stops what a lost instance, or one that could not be had, had under way. */
  stop_(): void
}

/** A pass that the core granted. It is in force as long as it is the value of `pass`. */
export interface Pass {
  /** The facts to which a call adds its own. */
  facts_: number
  /** Calls whose own facts are below this may go out. */
  below_: number
  /** The headers that sign a request. */
  header_: AnyObject
  /** The field of a body that tells a plain one, and its value there. */
  field_: string
  value_: unknown
}

// State of the module: there is one core for the app, and everything that happens to it comes through here.
let core: Core | undefined
let executor: Executor
let isDraining = false
/** How many instances were lost. An answer to what a lost one asked for is dropped. */
let instance = 0
/** Inputs that wait: there is no instance, or the commands of another input are being carried out. */
let steps: Step[] = []
/** Texts of the core by table, each read once. */
const tables: string[][] = []
let lost: ((error: SessionError) => void) | undefined
let waiting: Array<(error?: unknown) => void> = []
/** The logins of this instance that the next one has to count; see InputKind.Restore. */
let recentLogins = 0

/** The pass in force. Every input withdraws it first. */
export let pass: Pass | undefined

/**
 * Has the listener called when the instance is lost. Tunnels call this, so that an app without tunnels need not ship
 * them.
 */
export function whenLost(listener: typeof lost): void {
  lost = listener
}

export function setExecutor(carriesOut: Executor): void {
  executor = carriesOut
}

/** A text of the core, by its number; throws if the core is lost over it. */
export const textOf = (table: Table, index: number): string =>
  (tables[table] || (tables[table] = ask((core) => readTexts(core, table))))[index]
/** A number of the command that is carried out; throws if the core is lost over it. */
export const numberAt = (index: number): number => ask((core) => core.number_(index))
/** The value of the command that is carried out; throws if the core is lost over it. */
export const commandValue = (): any => valueAt(ask((core) => core.value_()))

/** Runs `then` only while the instance that asked is alive. */
export function whileAlive<Arguments extends unknown[]>(then: (...given: Arguments) => void) {
  const asking = instance
  return (...given: Arguments): void => {
    if (asking === instance) then(...given)
  }
}

/** The instance, if there is one. */
export { core as liveCore }

/** Whether something is to be told to the core as soon as there is one. */
export const hasInputs = () => !!steps.length

export function rememberLogins(count: number): void {
  recentLogins = count
}

/** Changes the core, now or once it is loaded and at rest, and carries out what follows. */
export function change(input: Input, after?: () => void): void {
  const step: Step = [input, after]
  if (core && !isDraining) return drain(step)
  steps.push(step)
  executor.load_()
}

export function input(
  kind: InputKind,
  number?: number,
  value?: unknown,
  code?: number,
  detail?: unknown
): void {
  change((core) => core.input_(kind, number, code, hold(value), hold(detail)))
}

/** Hands in an input and those that wait, and carries out all commands; then runs the app's code. */
export function drain(next?: Step): void {
  if (core && !isDraining) {
    isDraining = true
    pass = undefined
    for (next = next || steps.shift(); core && next; next = steps.shift()) {
      for (let command = enter(next[0]); command;) {
        try {
          executor.execute_(command)
        } catch (error) {
          if (core) executor.failed_(command, error)
        }
        command = core && command & Bits.More ? enter((core) => core.poll_()) : 0
      }
      if (core) runCallback(next[1])
    }
    if (core) enter(settleDown)
    isDraining = false
  }
  deliverAll()
}

/** Asks the core. Only an exception that comes out of the core means that it is broken; this throws it on. */
function ask<Answer>(question: (core: Core) => Answer): Answer {
  try {
    return question(core!)
  } catch (error) {
    crash(error)
    throw error
  }
}

/** Enters the core; 0 if it is lost over that. */
export function enter(action: Input): number {
  try {
    return ask(action)
  } catch (error) {
    return 0
  }
}

/** The core is at rest: sweeps the table of values, and asks for a pass. */
function settleDown(core: Core): number {
  sweep(core)
  const facts = core.pass_()
  if (facts) {
    const value = core.number_(1)
    pass = {
      facts_: facts,
      below_: core.number_(2),
      header_: sessionHeader(),
      field_: wordAt(core.number_(0)),
      value_: value < 0 ? undefined : value
    }
  }
  return 0
}

/** The instance is lost: it is thrown away, what was pending fails, and the next call starts a new one. */
function crash(error: unknown): void {
  core = undefined
  instance++
  forget()
  emit('crash', ERR_WASM_LOAD)
  failAll(
    new RequestError(ERR_WASM_LOAD, 'WebAssembly 内核运行出错，已停用；再次调用会重新启动', redacted(error))
  )
}

/** Fails all calls and all who wait for the core. */
export function failAll(error: SessionError): void {
  steps = []
  pass = undefined
  executor.stop_()
  if (lost) lost(error)
  for (const call of pendingCalls()) settleAndTell(call, State.Failed, error)
  tellWaiting(error)
}

function tellWaiting(error?: unknown): void {
  const told = waiting
  waiting = []
  for (const tell of told) tell(error)
}

/** Goes on with a fresh instance; throws if it does not work. */
export function attach(exports: Core): void {
  learnWords(exports)
  core = exports
  emit('ready')
  steps.unshift([tellRecentLogins], [tellObserved], [tellSettings])
  tellWaiting()
  drain()
}

/** Settles when there is an instance; rejects when loading has failed. */
export function ready(): Promise<void> {
  return new Promise((resolve, reject) => {
    if (core) return resolve()
    waiting.push((error) => (error ? reject(error) : resolve()))
    executor.load_()
  })
}

const tellRecentLogins: Input = (core) => core.input_(InputKind.Restore, recentLogins)

const tellObserved: Input = (core) => core.input_(InputKind.Observe, +isObserved())

const tellSettings: Input = (core) => {
  forgetPlaces()
  const command = core.input_(InputKind.Configure, protocolNumber, 0, hold(settings))
  learnLoginMark(core)
  return command
}

/** Tells the core whether anybody wants events. */
export function observe(): void {
  if (core) change(tellObserved)
}

/** Hands the settings to the core. */
export function configureCore(): void {
  if (core) change(tellSettings)
}
