// Tasks let multi-step logic read like the real code: a module-level generator that touches the world only by yielding
// effects. A task knows nothing but its arguments and what its yields returned; that list, the transcript, is its whole
// state, so a checkpoint keeps the transcript and a restore plays it back into a fresh generator.
import { assert } from './assert.ts'
import { IdMap } from './id-map.ts'
import type { Context } from './process.ts'

/** A request to the runtime, as data. */
export interface Effect {
  readonly effect: string
}

export type Task<R> = Generator<Effect, R, unknown>

/** Declares what an effect returns, so that `yield* perform<Pod>({…})` is typed. */
export function* perform<R>(effect: Effect): Task<R> {
  return (yield effect) as R
}

interface AllEffect extends Effect {
  readonly effect: 'all'
  readonly effects: readonly Effect[]
}

/** Performs several effects at once and returns their results in order. */
export function* all<R>(effects: readonly Effect[]): Task<R[]> {
  if (effects.length === 0) return []
  const joint: AllEffect = { effect: 'all', effects }
  return (yield joint) as R[]
}

/** Each has parameters of its own; whoever starts one knows them. */
type TaskFunction = (...args: never[]) => Task<unknown>
export type TaskFunctions = Readonly<Record<string, TaskFunction>>

export interface TaskState {
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
  /** What each yield returned so far. */
  readonly transcript: unknown[]
  /** The effect it waits for, with the results of its parts that are in. Null only while it runs. */
  waiting: { readonly effect: Effect; readonly results: unknown[]; missing: number } | null
  /** The `seq` of what started it. */
  readonly cause: number
  [GENERATOR]?: Task<unknown>
}

export interface TaskTable {
  nextId: number
  readonly running: IdMap<TaskState>
}

export const taskTable = (): TaskTable => ({ nextId: 1, running: new IdMap() })

/** Where the result of a pending effect goes: a task's id and the position in its joint effect. Plain data. */
export interface Token {
  readonly task: number
  readonly part: number
}

/** An effect either has its value at once or answers later through `TaskRunner.resolve`. */
export type Outcome = { readonly value: unknown } | 'pending'

export interface TaskHost<S> {
  readonly functions: TaskFunctions
  table(state: S): TaskTable
  perform(state: S, effect: Effect, token: Token, context: Context, task: TaskState): Outcome
  finished(state: S, task: TaskState, result: unknown, context: Context): void
}

/**
 * Where a task's generator is: in a member that copies, hashes and freezing pass over, as they follow names alone. A copy is
 * without one, and its generator is rebuilt from the transcript. A table on the side would cost each task half a microsecond.
 */
const GENERATOR = Symbol('generator')

/** A task as it starts: of a class, for the reason that `Sent` is of one. */
class StartedTask implements TaskState {
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
  readonly transcript: unknown[] = []
  waiting: TaskState['waiting'] = null
  readonly cause: number

  constructor(id: number, name: string, args: readonly unknown[], cause: number) {
    this.id = id
    this.name = name
    this.args = args
    this.cause = cause
  }
}

/** Drives the tasks of one kind of process. It holds no state of its own. */
export class TaskRunner<S> {
  private readonly host: TaskHost<S>

  constructor(host: TaskHost<S>) {
    this.host = host
  }

  start(state: S, name: string, args: readonly unknown[], context: Context): number {
    const table = this.host.table(state)
    const id = table.nextId++
    const task: TaskState = new StartedTask(id, name, args, context.cause)
    table.running.set(id, task)
    const generator = this.create(task)
    this.drive(state, task, generator, generator.next(), context)
    return id
  }

  /** Gives a pending effect its result. A token of a task that was cancelled is ignored. */
  resolve(state: S, token: Token, value: unknown, context: Context): void {
    const task = this.host.table(state).running.get(token.task)
    if (task?.waiting == null) return
    const { effect, results } = task.waiting
    assert(!(token.part in results), `task ${task.name} got the result of part ${token.part} twice`)
    results[token.part] = value
    if (--task.waiting.missing > 0) return
    const generator = this.generatorOf(task)
    this.drive(
      state,
      task,
      generator,
      this.answer(task, generator, isJoint(effect) ? results : value),
      context,
    )
  }

  /** Ends a task where it stands; results that are still to come are ignored. */
  cancel(state: S, id: number): void {
    this.host.table(state).running.delete(id)
  }

  private drive(
    state: S,
    task: TaskState,
    generator: Task<unknown>,
    first: IteratorResult<Effect, unknown>,
    context: Context,
  ): void {
    let step = first
    while (!step.done) {
      const outcome = this.begin(state, task, step.value, context)
      if (outcome === 'pending') return
      if (this.host.table(state).running.get(task.id) !== task) return // cancelled by its own effect
      step = this.answer(task, generator, outcome.value)
    }
    this.host.table(state).running.delete(task.id)
    this.host.finished(state, task, step.value, context)
  }

  private begin(state: S, task: TaskState, effect: Effect, context: Context): Outcome {
    const results: unknown[] = []
    if (!isJoint(effect)) {
      task.waiting = { effect, results, missing: 1 }
      return this.host.perform(state, effect, { task: task.id, part: 0 }, context, task)
    }
    const waiting = { effect, results, missing: effect.effects.length }
    task.waiting = waiting
    effect.effects.forEach((part, index) => {
      const outcome = this.host.perform(state, part, { task: task.id, part: index }, context, task)
      if (outcome === 'pending') return
      results[index] = outcome.value
      waiting.missing--
    })
    return waiting.missing > 0 ? 'pending' : { value: results }
  }

  private answer(task: TaskState, generator: Task<unknown>, value: unknown): IteratorResult<Effect, unknown> {
    task.waiting = null
    task.transcript.push(value)
    return generator.next(value)
  }

  private create(task: TaskState): Task<unknown> {
    const make = this.host.functions[task.name]
    assert(make !== undefined, `no task function named ${task.name}`)
    const generator = make(...(task.args as never[]))
    task[GENERATOR] = generator
    return generator
  }

  private generatorOf(task: TaskState): Task<unknown> {
    const live = task[GENERATOR]
    if (live !== undefined) return live
    const generator = this.create(task)
    generator.next()
    for (const value of task.transcript) generator.next(value)
    return generator
  }
}

const isJoint = (effect: Effect): effect is AllEffect => effect.effect === 'all'
