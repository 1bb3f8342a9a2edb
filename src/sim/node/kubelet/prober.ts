// Probes of running containers. Models pkg/kubelet/prober: a worker a probe, with delay, period and thresholds; liveness
// and readiness wait for the startup probe. Answers follow from the simulated process, so no packet is sent for them.
// A readiness annotation on the Pod counts like a probe where the container has none.
import { own } from '../../api/json.ts'
import type { Container, Pod, Probe } from '../../api/objects.ts'
import { micros } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { ProbeAnswer } from '../../workloads/index.ts'
import { answerProbe, containerBehaviour, isReadinessAnnotated } from '../../workloads/index.ts'
import type { ContainerStatus } from '../runtime/cri.ts'
import type { ProbeFindings } from './pod-actions.ts'
import { latestContainer } from './pod-runtime.ts'
import type { PodWorker, ProbeKindOrAnnotation, ProbeState } from './state.ts'

export interface ProbeMessage extends Message {
  readonly type: 'probe'
  readonly uid: string
  readonly container: string
  readonly kind: ProbeKindOrAnnotation
  readonly containerId: string
}

/** What a probe's turn led to: an Event to record, and whether the Pod has to be synced. */
export interface ProbeTurn {
  readonly sync: boolean
  readonly unhealthy: string
}

const KINDS = ['startup', 'liveness', 'readiness'] as const
const NO_TURN: ProbeTurn = { sync: false, unhealthy: '' }

const keyOf = (container: string, kind: ProbeKindOrAnnotation): string => `${kind}/${container}`

const allContainers = ({ spec: { initContainers, containers } }: Pod): readonly Container[] =>
  initContainers === undefined ? containers : [...initContainers, ...containers]

const containerNamed = (pod: Pod, wanted: string): Container | undefined =>
  allContainers(pod).find(({ name }) => name === wanted)

function probeOf(container: Container, kind: ProbeKindOrAnnotation): Probe | undefined {
  switch (kind) {
    case 'startup':
      return container.startupProbe
    case 'liveness':
      return container.livenessProbe
    case 'readiness':
      return container.readinessProbe
    case 'annotation':
      return undefined
  }
}

const hasStartupProbe = ({ startupProbe }: Container): boolean => startupProbe !== undefined

const hasProbes = (container: Container): boolean =>
  KINDS.some((kind) => probeOf(container, kind) !== undefined)

/** Begins the probes of a container that was seen to run. */
export function startProbes(worker: PodWorker, status: ContainerStatus, context: Context): void {
  const container = containerNamed(worker.pod, status.metadata.name)
  const { annotations } = worker.pod.metadata
  if (container === undefined || !(hasProbes(container) || isReadinessAnnotated(annotations))) return
  const behaviour = containerBehaviour(container, annotations)
  const create = (kind: ProbeKindOrAnnotation): ProbeState => {
    const probe: ProbeState = {
      kind,
      containerId: status.id,
      behaviour,
      result: null,
      streak: 0,
      ticking: false,
    }
    worker.probes ??= {}
    worker.probes[keyOf(container.name, kind)] = probe
    return probe
  }
  for (const kind of KINDS) {
    const definition = probeOf(container, kind)
    if (definition === undefined) continue
    const probe = create(kind)
    if (kind === 'startup' || container.startupProbe === undefined)
      tick(worker, container.name, probe, firstDelay(definition, status, context), context)
  }
  if (container.readinessProbe !== undefined || !behaviour.readinessAnnotated) return
  const probe = create('annotation')
  const servesAt = status.startedAt + behaviour.startSeconds * 1_000_000
  if (!behaviour.ready) probe.result = false
  else if (servesAt <= context.now) probe.result = true
  else tick(worker, container.name, probe, servesAt - context.now, context)
}

const firstDelay = (probe: Probe, status: ContainerStatus, context: Context): number =>
  Math.max(0, status.startedAt + (probe.initialDelaySeconds ?? 0) * 1_000_000 - context.now)

function tick(
  worker: PodWorker,
  container: string,
  probe: ProbeState,
  after: number,
  context: Context,
): void {
  probe.ticking = true
  const { kind, containerId } = probe
  const message: ProbeMessage = { type: 'probe', uid: worker.uid, container, kind, containerId }
  context.timer(micros(after), message, { continues: true })
}

/** A probe's turn. It ends with its container. */
export function runProbe(worker: PodWorker, message: ProbeMessage, context: Context): ProbeTurn {
  const probe = worker.probes?.[keyOf(message.container, message.kind)]
  const status = latestContainer(worker.runtime, message.container)
  if (probe?.containerId !== message.containerId || status?.id !== message.containerId) return NO_TURN
  if (status.state !== 'CONTAINER_RUNNING') return NO_TURN
  if (probe.kind === 'annotation') {
    probe.result = true
    return { sync: true, unhealthy: '' }
  }
  const container = containerNamed(worker.pod, message.container)
  const definition = container === undefined ? undefined : probeOf(container, probe.kind)
  if (container === undefined || definition === undefined) return NO_TURN
  const ip = worker.runtime.sandboxes[0]?.ip ?? ''
  const runs = (context.now - status.startedAt) / 1_000_000
  const wrong = context.impairment(`probe-failing ${worker.uid}`)
  const answer =
    wrong === 'any' || wrong === probe.kind
      ? wrongAnswer(definition, ip)
      : answerProbe(probe.behaviour, container, probe.kind, definition, ip, runs)
  const turn = count(worker, container, probe, definition, answer)
  const over = probe.kind === 'startup' && probe.result === true
  const failed = probe.kind !== 'readiness' && probe.result === false
  if (over) startWaiting(worker, container, status, context)
  else if (!failed) tick(worker, container.name, probe, (definition.periodSeconds ?? 10) * 1_000_000, context)
  return turn
}

/** What a process answers that is not well: an error of its own, or nothing in time. */
function wrongAnswer(definition: Probe, ip: string): ProbeAnswer {
  if (definition.httpGet !== undefined) return { ok: false, output: 'HTTP probe failed with statuscode: 500' }
  if (definition.exec !== undefined) return { ok: false, output: '' }
  const port = (definition.tcpSocket ?? definition.grpc)?.port ?? ''
  return { ok: false, output: `dial tcp ${ip}:${port}: i/o timeout` }
}

function count(
  worker: PodWorker,
  container: Container,
  probe: ProbeState,
  definition: Probe,
  answer: ProbeAnswer,
): ProbeTurn {
  const step = answer.ok ? 1 : -1
  probe.streak = Math.sign(probe.streak) === step ? probe.streak + step : step
  const threshold = answer.ok ? (definition.successThreshold ?? 1) : (definition.failureThreshold ?? 3)
  const name = probe.kind === 'startup' ? 'Startup' : probe.kind === 'liveness' ? 'Liveness' : 'Readiness'
  const unhealthy = answer.ok ? '' : `${name} probe failed: ${answer.output}`
  // A container counts as not ready until a probe says otherwise, so a first failure changes nothing.
  const before = probe.result ?? probe.kind === 'liveness'
  if (Math.abs(probe.streak) < threshold) return { sync: false, unhealthy }
  const failedStartup = probe.kind === 'startup' && !answer.ok && probe.result === null
  probe.result = answer.ok
  const waiting = own(worker.problems, container.name) !== undefined
  return { sync: before !== answer.ok || failedStartup || waiting, unhealthy }
}

/** The startup probe has succeeded: the others begin. */
function startWaiting(
  worker: PodWorker,
  container: Container,
  status: ContainerStatus,
  context: Context,
): void {
  for (const kind of ['liveness', 'readiness'] as const) {
    const probe = worker.probes?.[keyOf(container.name, kind)]
    const definition = probeOf(container, kind)
    if (probe === undefined || definition === undefined || probe.ticking) continue
    tick(worker, container.name, probe, firstDelay(definition, status, context), context)
  }
}

const resultOf = (
  worker: PodWorker,
  container: string,
  kind: ProbeKindOrAnnotation,
  id: string,
): boolean | null => {
  const probe = worker.probes?.[keyOf(container, kind)]
  return probe?.containerId === id ? probe.result : null
}

/** Whether a running container counts as started: its startup probe has succeeded, or it has none. */
export function isStarted(worker: PodWorker, container: Container, status: ContainerStatus): boolean {
  if (container.startupProbe === undefined) return true
  return resultOf(worker, container.name, 'startup', status.id) === true
}

/** Whether a running container counts as ready. */
export function isReady(worker: PodWorker, container: Container, status: ContainerStatus): boolean {
  if (container.readinessProbe !== undefined)
    return resultOf(worker, container.name, 'readiness', status.id) === true
  if (worker.probes === null) return true
  const annotated = worker.probes[keyOf(container.name, 'annotation')]
  return annotated?.containerId === status.id ? annotated.result === true : true
}

const NOTHING_FOUND: ProbeFindings = deepFreeze({ failed: {}, starting: {} })

export function probeFindings(worker: PodWorker): ProbeFindings {
  if (worker.probes === null && !allContainers(worker.pod).some(hasStartupProbe)) return NOTHING_FOUND
  const failed: Record<string, 'liveness' | 'startup'> = {}
  const starting: Record<string, true> = {}
  for (const container of allContainers(worker.pod)) {
    const status = latestContainer(worker.runtime, container.name)
    if (status === undefined) continue
    if (!isStarted(worker, container, status)) starting[container.name] = true
    for (const kind of ['liveness', 'startup'] as const)
      if (resultOf(worker, container.name, kind, status.id) === false) failed[container.name] = kind
  }
  return { failed, starting }
}
