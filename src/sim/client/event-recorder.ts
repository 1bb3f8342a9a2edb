// Posts Events about objects, one after the other and without anybody waiting for them. Models
// client-go/tools/record/event.go; leaves out sinks other than the apiserver.
import { hex, hex24 } from '../api/hex.ts'
import type { KubeObject, ObjectReference } from '../api/objects.ts'
import { EVENTS } from '../api/resources.ts'
import { formatTime, VIRTUAL_EPOCH_SECONDS } from '../api/time.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context } from '../kernel/process.ts'
import type { Effect, Task, TaskState } from '../kernel/task.ts'
import { perform } from '../kernel/task.ts'
import type { CorrelatorState, EventObject } from './event-correlator.ts'
import { correlate, correlatorState } from './event-correlator.ts'
import { api, failedWith, sleep } from './requests.ts'

export interface EventRecorderState {
  readonly component: string
  readonly host: string
  /** One for each reporting component: each has a broadcaster of its own. */
  readonly queues: Record<string, EventQueue>
  /** Keeps the names of events apart that are recorded in the same microsecond. */
  sequence: number
}

interface EventQueue {
  readonly source: EventSource
  readonly correlator: CorrelatorState
  readonly waiting: QueuedEvent[]
  posting: boolean
}

/** Who reports. All Events of a component share it. */
interface EventSource {
  readonly component: string
  readonly host?: string
}

interface QueuedEvent {
  readonly action: 'create' | 'count'
  readonly event: EventObject
  readonly cause: number
}

export interface EventDraft {
  readonly object: KubeObject | ObjectReference
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Who reports it, where that is not the process itself: `replicaset-controller`. */
  readonly component?: string
}

/** For tasks: `yield* recordEvent({...})`. The host performs it with `EventRecorder.record` and answers at once. */
export interface RecordEventEffect extends Effect {
  readonly effect: 'record-event'
  readonly draft: EventDraft
}

export function recordEvent(draft: EventDraft): Task<void> {
  const effect: RecordEventEffect = { effect: 'record-event', draft }
  return perform<void>(effect)
}

export interface EventRecorderHost<S> {
  state(state: S): EventRecorderState
  /** Starts one of `eventRecorderTasks` on the host's TaskRunner. */
  startTask(state: S, name: string, args: readonly unknown[], context: Context): void
}

const POST = 'events/post'
const QUEUE_LIMIT = 1000
const TRIES = 12
const RETRY_MICROS = 10_000_000

export function eventRecorderState(component: string, host: string): EventRecorderState {
  return { component, host, queues: {}, sequence: 0 }
}

export class EventRecorder<S> {
  private readonly host: EventRecorderHost<S>

  constructor(host: EventRecorderHost<S>) {
    this.host = host
  }

  record(state: S, draft: EventDraft, context: Context): void {
    const recorder = this.host.state(state)
    const queue = queueOf(recorder, draft.component ?? recorder.component)
    const event = composeEvent(draft, queue.source, recorder, context.clock)
    const verdict = correlate(queue.correlator, event, context.now)
    if (verdict.action === 'drop') return
    if (queue.waiting.length >= QUEUE_LIMIT) return
    const { action, event: counted } = verdict
    queue.waiting.push(deepFreeze({ action, event: counted, cause: context.cause }))
    this.postNext(state, queue, context)
  }

  /** True when the task was the recorder's. To be called from the TaskHost's `finished`. */
  finished(state: S, task: TaskState, context: Context): boolean {
    const component = postingComponent(task)
    if (component === null) return false
    const queue = this.host.state(state).queues[component]
    if (queue === undefined) return true
    queue.posting = false
    this.postNext(state, queue, context)
    return true
  }

  private postNext(state: S, queue: EventQueue, context: Context): void {
    if (queue.posting) return
    const next = queue.waiting.shift()
    if (next === undefined) return
    queue.posting = true
    const { cause } = context
    context.cause = next.cause
    this.host.startTask(state, POST, [next.action, next.event], context)
    context.cause = cause
  }
}

/** Who reports the event that this task posts; null when it is another kind of task. */
export function postingComponent(task: TaskState): string | null {
  return task.name === POST ? componentOf(task.args[1] as EventObject) : null
}

const componentOf = (event: EventObject): string => event.source?.component ?? ''

/** To be spread into the host's task functions. */
export const eventRecorderTasks = {
  *[POST](action: 'create' | 'count', event: EventObject): Task<void> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const { namespace, name } = event.metadata
      const { count, lastTimestamp, message } = event
      const counted =
        action === 'count'
          ? yield* api.patch(EVENTS, namespace, name, 'strategic', { count, lastTimestamp, message })
          : null
      const result =
        counted === null || failedWith(counted, 'NotFound') ? yield* api.create(EVENTS, event) : counted
      // What the server rejects it would reject again; without an answer it may have been a restart.
      if (result.ok || result.status.code !== 0) return
      yield* sleep(RETRY_MICROS)
    }
  },
} as const

function queueOf(recorder: EventRecorderState, component: string): EventQueue {
  const known = recorder.queues[component]
  if (known !== undefined) return known
  const { host } = recorder
  const source = Object.freeze(host === '' ? { component } : { component, host })
  const queue: EventQueue = { source, correlator: correlatorState(), waiting: [], posting: false }
  recorder.queues[component] = queue
  return queue
}

function composeEvent(
  draft: EventDraft,
  source: EventSource,
  recorder: EventRecorderState,
  now: number,
): EventObject {
  const involvedObject = referenceTo(draft.object)
  recorder.sequence = (recorder.sequence + 1) % 1000
  const time = formatTime(now)
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: eventName(involvedObject.name ?? '', now, recorder.sequence),
      namespace: involvedObject.namespace ?? 'default',
    },
    involvedObject,
    reason: draft.reason,
    message: draft.message,
    source,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type: draft.type,
    reportingComponent: source.component,
    reportingInstance: recorder.host,
  }
}

const LOW = 0x1000000

/**
 * The object's name and the time in nanoseconds, which is more than a number holds: the last six digits are worked out by
 * themselves. Joined, since names are kept for long, and a sum of strings keeps all its parts.
 */
function eventName(name: string, now: number, nanoseconds: number): string {
  const micros = VIRTUAL_EPOCH_SECONDS * 1_000_000 + now
  const high = Math.floor(micros / LOW)
  const low = (micros - high * LOW) * 1000 + nanoseconds
  const carry = Math.floor(low / LOW)
  return [name, '.', hex(high * 1000 + carry), hex24(low - carry * LOW)].join('')
}

function referenceTo(object: KubeObject | ObjectReference): ObjectReference {
  if (!isKubeObject(object)) return object
  const { namespace, name, uid, resourceVersion } = object.metadata
  const { apiVersion, kind } = object
  return namespace === undefined
    ? { kind, name, uid, apiVersion, resourceVersion }
    : { kind, namespace, name, uid, apiVersion, resourceVersion }
}

const isKubeObject = (object: KubeObject | ObjectReference): object is KubeObject => 'metadata' in object
