// kube-controller-manager: elects a leader by a Lease, and runs every controller there on shared informers. Models
// cmd/kube-controller-manager/app; leaves out that a process which lost its Lease exits and is started again (it stops
// its controllers and stands for election again instead).
import type {
  ClientState,
  EventDraft,
  EventRecorderState,
  Identity,
  InformerChange,
  InformerSpec,
  LeaderElectionState,
  QueueAgainMessage,
  QueueMessage,
} from '../../client/index.ts'
import {
  addDelayedKey,
  addKeyAgain,
  Client,
  EventRecorder,
  eventRecorderState,
  eventRecorderTasks,
  LeaderElection,
  leaderElectionState,
  leaderElectionTasks,
  postingComponent,
  queueLength,
  RESTART_MICROS,
  takeKey,
} from '../../client/index.ts'
import { assert } from '../../kernel/assert.ts'
import { micros } from '../../kernel/micros.ts'
import type { Context, Delivery, KernelMessage, ProcessDefinition, ProcessId } from '../../kernel/process.ts'
import type { Effect, Outcome, TaskState, TaskTable } from '../../kernel/task.ts'
import { TaskRunner, taskTable } from '../../kernel/task.ts'
import { Tools } from './change-tools.ts'
import type { Controller, SyncResult } from './controller.ts'
import { identityOf, mergeInformers, subscribers } from './controller.ts'
import type { Sync } from './settle.ts'
import { settle, traceEnd } from './settle.ts'
import type { ControllerState, SyncHost } from './sync-host.ts'
import { controllerState, performSyncEffect } from './sync-host.ts'

export interface ControllerManagerConfig {
  readonly apiserver: ProcessId
  /** Requests a second for each controller, and how many at once before that counts: 20 and 30 unless told. */
  readonly qps?: number
  readonly burst?: number
  /** Which controllers run; all unless told. */
  readonly controllers?: readonly string[]
}

export interface ControllerManagerState {
  readonly client: ClientState
  readonly tasks: TaskTable
  readonly recorder: EventRecorderState
  election: LeaderElectionState
  /** Counts the times that it became the leader, so that timers of an earlier time are told apart. */
  term: number
  controllers: Record<string, ControllerState>
  readonly enabled: readonly string[]
  readonly syncs: Record<string, Sync>
}

interface TickMessage {
  readonly type: 'controller-tick'
  readonly controller: string
  readonly term: number
}

type ManagerMessage = KernelMessage | QueueMessage | QueueAgainMessage | TickMessage

const NAME = 'kube-controller-manager'
const USER = `system:${NAME}`
const USER_AGENT = `${NAME}/v1.35.0 (linux/amd64) kubernetes`
const DEFAULT_QPS = 20
const DEFAULT_BURST = 30
const SYNC = 'sync/'

type S = ControllerManagerState

export function controllerManagerOf(
  controllers: readonly Controller[],
): ProcessDefinition<ControllerManagerState, ControllerManagerConfig> {
  const runtime = new ControllerRuntime(controllers)
  return {
    kind: NAME,
    pings: ['kube-apiserver'],
    init(_id, config) {
      const { apiserver: server, qps = DEFAULT_QPS, burst = DEFAULT_BURST } = config
      return {
        client: runtime.client.init({ server, user: USER, userAgent: USER_AGENT, qps, burst }),
        tasks: taskTable(),
        recorder: eventRecorderState(NAME, ''),
        election: leaderElectionState('kube-system', NAME, ''),
        term: 0,
        controllers: {},
        enabled: config.controllers ?? controllers.map(({ name }) => name),
        syncs: {},
      }
    },
    handle: (state, delivery, context) => runtime.handle(state, delivery, context),
  }
}

class ControllerRuntime implements SyncHost<S> {
  readonly client: Client<S>
  private readonly runner: TaskRunner<S>
  private readonly recorder: EventRecorder<S>
  private readonly election: LeaderElection<S>
  private readonly byName: ReadonlyMap<string, Controller>
  private readonly byResource: ReadonlyMap<string, readonly Controller[]>
  private readonly informers: readonly InformerSpec[]
  private readonly controllers: readonly Controller[]
  /** By the names of their syncs, and by the components that Events name. */
  private readonly identities: ReadonlyMap<string, Identity>
  private readonly reporters: ReadonlyMap<string, Identity>

  constructor(controllers: readonly Controller[]) {
    this.controllers = controllers
    this.identities = new Map(controllers.map((one) => [SYNC + one.name, identityOf(one)]))
    this.reporters = new Map(controllers.map((one) => [one.component, identityOf(one)]))
    this.informers = mergeInformers(controllers)
    this.byName = new Map(controllers.map((controller) => [controller.name, controller]))
    this.byResource = subscribers(controllers)
    const startTask = (state: S, name: string, args: readonly unknown[], context: Context): void => {
      this.runner.start(state, name, args, context)
    }
    this.client = new Client<S>({
      state: (state) => state.client,
      informers: (state) => this.informersOf(state),
      onChange: (state, change, context) => this.dispatch(state, change, context),
      onSynced: (state, context) => this.startTicks(state, context),
      onResolved: (state, token, value, context) => this.runner.resolve(state, token, value, context),
    })
    this.recorder = new EventRecorder<S>({ state: (state) => state.recorder, startTask })
    this.election = new LeaderElection<S>({
      state: (state) => state.election,
      startTask,
      onStartedLeading: (state, context) => this.startControllers(state, context),
      onStoppedLeading: (_state, context) => context.exit('leaderelection lost', RESTART_MICROS),
    })
    const syncs = Object.fromEntries(
      controllers.map(({ name, sync }) => [SYNC + name, (key: string) => sync(key)] as const),
    )
    this.runner = new TaskRunner<S>({
      functions: { ...syncs, ...eventRecorderTasks, ...leaderElectionTasks },
      table: (state) => state.tasks,
      perform: (state, effect, token, context, task) => {
        const own = this.performOwn(state, effect, context, task)
        if (own !== null) return own
        const outcome = this.client.perform(state, effect, token, context, this.identity(task))
        assert(outcome !== null, `nobody performs ${effect.effect}`)
        return outcome
      },
      finished: (state, task, result, context) => this.finished(state, task, result, context),
    })
  }

  handle(state: S, delivery: Delivery, context: Context): void {
    if (!this.client.handle(state, delivery, context) && !this.election.handle(state, delivery, context)) {
      this.handleOwn(state, delivery.message as ManagerMessage, context)
    }
    this.pump(state, context)
  }

  explain(state: S, task: number, summary: string, context: Context): void {
    const sync = state.syncs[task]
    if (sync === undefined) return
    sync.summary = summary
    if (sync.started) return
    sync.started = true
    const { controller, key } = sync
    context.cause = context.trace({ type: 'reconcile', step: 'start', controller, key, summary })
  }

  record(state: S, task: number, draft: EventDraft, context: Context): void {
    const controller = this.byName.get(state.syncs[task]?.controller ?? '')
    if (controller !== undefined) this.recordFor(state, controller, draft, context)
  }

  recordFor(state: S, { component }: Controller, draft: EventDraft, context: Context): void {
    this.recorder.record(state, { component, ...draft }, context)
  }

  private handleOwn(state: S, message: ManagerMessage, context: Context): void {
    switch (message.type) {
      case 'start': {
        const unique = Math.floor(context.random() * 4_294_967_296).toString(16)
        state.election = { ...state.election, identity: `${context.host}_${unique.padStart(8, '0')}` }
        this.election.start(state, context)
        break
      }
      case 'queue-add': {
        const controller = state.controllers[message.queue]
        if (controller !== undefined) addDelayedKey(controller.queue, message, context)
        break
      }
      case 'queue-again': {
        const controller = state.controllers[message.queue]
        if (controller !== undefined) addKeyAgain(controller.queue, message.key)
        break
      }
      case 'controller-tick':
        this.tick(state, message, context)
        break
      default:
    }
  }

  // ── leadership ────────────────────────────────────────────────────────────────────────────────────────────────

  private startControllers(state: S, context: Context): void {
    state.term++
    state.controllers = {}
    for (const name of state.enabled) state.controllers[name] = controllerState(name)
    this.client.start(state, context)
  }

  private startTicks(state: S, context: Context): void {
    for (const { name, tick } of this.controllers) {
      if (tick !== undefined)
        this.tick(state, { type: 'controller-tick', controller: name, term: state.term }, context)
    }
  }

  private tick(state: S, message: TickMessage, context: Context): void {
    const controller = this.byName.get(message.controller)
    const own = state.controllers[message.controller]
    if (controller?.tick === undefined || own === undefined || message.term !== state.term) return
    controller.tick.scan(new Tools(this, state, own, controller, context.cause, context))
    context.timer(micros(controller.tick.everyMicros), message)
  }

  // ── changes ───────────────────────────────────────────────────────────────────────────────────────────────────

  private dispatch(state: S, change: InformerChange, context: Context): void {
    for (const controller of this.byResource.get(change.ref.resource) ?? []) {
      const own = state.controllers[controller.name]
      if (own === undefined) continue
      controller.changed(change, new Tools(this, state, own, controller, change.cause, context))
    }
  }

  private informersOf(state: S): readonly InformerSpec[] {
    if (state.enabled.length === this.controllers.length) return this.informers
    return mergeInformers(this.controllers.filter(({ name }) => state.enabled.includes(name)))
  }

  // ── syncs ─────────────────────────────────────────────────────────────────────────────────────────────────────

  private pump(state: S, context: Context): void {
    if (!state.client.synced) return
    for (const { name, workers } of this.controllers) {
      const controller = state.controllers[name]
      if (controller === undefined || queueLength(controller.queue) === 0) continue
      while (controller.busy < workers) {
        const item = takeKey(controller.queue)
        if (item === null) break
        controller.busy++
        context.cause = item.cause
        // The runner numbers tasks itself; the sync must be known before its first effect.
        state.syncs[state.tasks.nextId] = { controller: name, key: item.key, started: false, summary: '' }
        this.runner.start(state, SYNC + name, [item.key], context)
      }
    }
  }

  private performOwn(state: S, effect: Effect, context: Context, task: TaskState): Outcome | null {
    const sync = state.syncs[task.id]
    if (sync === undefined) return null
    const controller = state.controllers[sync.controller]
    if (controller === undefined) return null
    if (effect.effect === 'request' && !sync.started)
      this.explain(state, task.id, `syncing ${sync.key}`, context)
    return performSyncEffect(this, state, controller, task.id, effect, context)
  }

  /** A controller's syncs and its Events speak for it; leader election for the process. */
  private identity(task: TaskState): Identity | undefined {
    const own = this.identities.get(task.name)
    if (own !== undefined) return own
    const component = postingComponent(task)
    return component === null ? undefined : this.reporters.get(component)
  }

  private finished(state: S, task: TaskState, result: unknown, context: Context): void {
    if (this.recorder.finished(state, task, context)) return
    if (this.election.finished(state, task, result, context)) return
    const sync = state.syncs[task.id]
    delete state.syncs[task.id]
    if (sync === undefined) return
    const controller = state.controllers[sync.controller]
    const definition = this.byName.get(sync.controller)
    if (controller === undefined || definition === undefined) return
    const outcome = result as SyncResult
    if (sync.started) traceEnd(sync, outcome, context)
    controller.busy--
    settle(controller, definition, sync.key, outcome, context)
  }
}
