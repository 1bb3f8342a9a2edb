// The shims under containerd: they start the processes of containers, pass signals on, and tell how a process ended.
// They outlive the daemon, so what is to happen stands in the records on disk, and timers only remind of it.
import type { Micros } from '../../kernel/micros.ts'
import { micros } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { Outcome, Token } from '../../kernel/task.ts'
import type { ContainerStatus } from './cri.ts'
import { begun } from './records.ts'
import type { ContainerdDisk, ContainerRecord } from './store.ts'

const SIGKILL = 9
const KILLED_EXIT_CODE = 137

/** Tasks that wait for a process to end, by its container. */
export type StopWaiters = Record<string, Token[]>

/** A process is due to end. Void when the record says another time: then it was told to end sooner. */
export interface ExitMessage extends Message {
  readonly type: 'exit'
  readonly container: string
  readonly at: Micros
}

interface ShimState {
  readonly stopWaiters: StopWaiters
  readonly disk: ContainerdDisk
}

export function beginProcess(state: ShimState, id: string, context: Context): ContainerStatus | null {
  const record = state.disk.containers.get(id)
  if (record === undefined) return null
  const running = deepFreeze(begun(record, context.now))
  state.disk.containers.set(id, running)
  if (running.endsAt !== null) remind(id, running.endsAt, context)
  return running.status
}

/** Ends the process by SIGTERM and, when the grace period is over, by SIGKILL. */
export function signalProcess(
  state: ShimState,
  id: string,
  graceMicros: number,
  token: Token,
  context: Context,
): Outcome {
  const record = state.disk.containers.get(id)
  if (record?.status.state !== 'CONTAINER_RUNNING') return { value: undefined }
  state.stopWaiters[id] = [...(state.stopWaiters[id] ?? []), token]
  const stopped = signalled(record, graceMicros, context.now)
  // Whichever comes first ends it: an earlier signal, its own end, or this signal.
  if (record.endsAt !== null && stopped.endsAt !== null && record.endsAt <= stopped.endsAt) return 'pending'
  state.disk.containers.set(id, deepFreeze(stopped))
  if (stopped.endsAt !== null) remind(id, stopped.endsAt, context)
  return 'pending'
}

function signalled(record: ContainerRecord, graceMicros: number, now: Micros): ContainerRecord {
  const { stopSeconds, stopExitCode } = record.behaviour
  const byItself = stopSeconds === null ? null : stopSeconds * 1_000_000
  if (byItself !== null && byItself < graceMicros)
    return { ...record, stopping: true, endsAt: micros(now + byItself), endCode: stopExitCode }
  return { ...record, stopping: true, endsAt: micros(now + graceMicros), endCode: KILLED_EXIT_CODE }
}

function remind(container: string, at: Micros, context: Context): void {
  const exit: ExitMessage = { type: 'exit', container, at }
  context.timer(micros(Math.max(0, at - context.now)), exit, { continues: true })
}

/** After the daemon was away: what ended meanwhile has ended, the rest goes on. */
export function rearmShims(state: ShimState, context: Context): void {
  for (const [id, record] of state.disk.containers) {
    if (record.status.state === 'CONTAINER_RUNNING' && record.endsAt !== null)
      remind(id, record.endsAt, context)
  }
}

/** A process comes to an end that nobody asked for. */
export interface ProcessEndedMessage extends Message {
  readonly type: 'process-ended'
  readonly podUid: string
  /** The container's name. */
  readonly container: string
  readonly exitCode: number
  readonly reason: string
}

/** Notes how it ended; what follows is the same as for every end. */
export function noteEnd(
  state: ShimState,
  { podUid, container: name, exitCode, reason }: ProcessEndedMessage,
  context: Context,
): ExitMessage | null {
  for (const [id, record] of state.disk.containers) {
    if (record.status.podUid !== podUid || record.status.metadata.name !== name) continue
    if (record.status.state !== 'CONTAINER_RUNNING') continue
    const endsAt = context.now
    const ending = { ...record, endsAt, endCode: exitCode, endReason: reason, stopping: false }
    state.disk.containers.set(id, deepFreeze(ending))
    return { type: 'exit', container: id, at: endsAt }
  }
  return null
}

export function processEnds(
  state: ShimState,
  { container: id, at }: ExitMessage,
  context: Context,
): { readonly podUid: string; readonly status: ContainerStatus; readonly waiting: readonly Token[] } | null {
  const record = state.disk.containers.get(id)
  if (record === undefined || record.status.state !== 'CONTAINER_RUNNING' || record.endsAt !== at) return null
  const exitCode = record.endCode
  const killed = record.stopping && exitCode === KILLED_EXIT_CODE
  const byItself = record.stopping ? '' : record.behaviour.endReason
  const known = record.endReason ?? byItself
  const status: ContainerStatus = {
    ...record.status,
    state: 'CONTAINER_EXITED',
    finishedAt: at,
    exitCode,
    signal: killed ? SIGKILL : 0,
    reason: known !== '' ? known : exitCode === 0 ? 'Completed' : 'Error',
  }
  state.disk.containers.set(id, deepFreeze({ ...record, status }))
  traceExit(state, status, killed, context)
  const waiting = state.stopWaiters[id] ?? []
  delete state.stopWaiters[id]
  return { podUid: status.podUid, status, waiting }
}

function traceExit(state: ShimState, status: ContainerStatus, killed: boolean, context: Context): void {
  const sandbox = state.disk.sandboxes.get(status.sandboxId)
  if (sandbox === undefined) return
  const { namespace, name, uid } = sandbox.config.metadata
  const who = { pod: `${namespace}/${name}`, uid, container: status.metadata.name, image: status.image }
  if (killed) {
    const text = `container ${status.metadata.name} did not end on SIGTERM in time: SIGKILL`
    context.cause = context.trace({ type: 'runtime', step: 'container-killed', ...who, text })
  }
  const why = status.reason === 'Completed' || status.reason === 'Error' ? '' : `: ${status.reason}`
  const text = `container ${status.metadata.name} exited with code ${status.exitCode}${why}`
  context.cause = context.trace({
    type: 'runtime',
    step: 'container-exited',
    ...who,
    exitCode: status.exitCode,
    text,
  })
}
