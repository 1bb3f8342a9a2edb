// The status of a Pod as its kubelet reports it. Pure. Models generateAPIPodStatus and convertToAPIContainerStatuses of
// pkg/kubelet/kubelet_pods.go; leaves out ephemeral containers, resources, users and mounts of containers.

import { findCondition } from '../../api/conditions.ts'
import { own } from '../../api/json.ts'
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodCondition,
  PodPhase,
  PodStatus,
} from '../../api/objects.ts'
import { formatTime } from '../../api/time.ts'
import type { Micros } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { ContainerStatus as RuntimeContainer } from '../runtime/cri.ts'
import { CONTAINER_ID_PREFIX } from '../runtime/cri.ts'
import { podSandboxChanged } from './pod-actions.ts'
import { KUBELET_CONDITIONS, podConditions } from './pod-conditions.ts'
import { podPhase } from './pod-phase.ts'
import type { PodRuntime } from './pod-runtime.ts'
import { isRestartableInit, latestContainer, previousContainer, shouldBeRestarted } from './pod-runtime.ts'

const UNIX_EPOCH = '1970-01-01T00:00:00Z'

/** Why a container waits: `ErrImagePull`, `CrashLoopBackOff`, …, with the message beside it. */
export interface Problem {
  readonly reason: string
  readonly message: string
}

export interface StatusFacts {
  readonly now: Micros
  readonly hostIP: string
  /** When the kubelet took the Pod. */
  readonly startTime: string
  /** What was reported last. */
  readonly previous: PodStatus
  /** Nothing of the Pod will be started again. */
  readonly finished: boolean
  readonly problems: Readonly<Record<string, Problem>>
  isReady(container: Container, status: RuntimeContainer): boolean
  isStarted(container: Container, status: RuntimeContainer): boolean
}

export function generatePodStatus(pod: Pod, runtime: PodRuntime, facts: StatusFacts): PodStatus {
  const { previous } = facts
  const initContainers = pod.spec.initContainers ?? []
  const initStatuses = initContainers.map((container) =>
    containerStatus(container, true, pod, runtime, facts),
  )
  const statuses = pod.spec.containers.map((container) =>
    containerStatus(container, false, pod, runtime, facts),
  )
  const sticky = previous.phase === 'Failed' || previous.phase === 'Succeeded'
  const phase = sticky ? (previous.phase as PodPhase) : podPhase(pod, initStatuses, statuses, facts.finished)
  const sandbox = runtime.sandboxes[0]
  const ip = pod.spec.hostNetwork === true ? facts.hostIP : (sandbox?.ip ?? '')
  const podIP = ip === '' ? previous.podIP : ip
  const foreign = foreignConditions(previous.conditions)
  const conditionFacts = {
    pod,
    phase,
    sandboxReady: !podSandboxChanged(pod, runtime).changed,
    initStatuses,
    statuses,
    foreign,
  }
  const scheduled = findCondition(pod.status.conditions, 'PodScheduled')
  const before = previous.conditions ?? (scheduled === undefined ? [] : [scheduled])
  const conditions = podConditions(conditionFacts, before, formatTime(facts.now))
  const { hostIP, startTime } = facts
  const hostIPs = addressList(hostIP, previous.hostIPs)
  const containerStatuses = Object.freeze(statuses)
  const { generation: observedGeneration } = pod.metadata
  const { qosClass } = pod.status
  // The usual one has all its members at once, which takes the least room.
  if (
    podIP !== undefined &&
    observedGeneration !== undefined &&
    qosClass !== undefined &&
    !sticky &&
    initStatuses.length === 0
  ) {
    const podIPs = addressList(podIP, previous.podIPs)
    const usual: StatusDraft = {
      observedGeneration,
      phase,
      conditions,
      hostIP,
      hostIPs,
      podIP,
      podIPs,
      startTime,
      containerStatuses,
      qosClass,
    }
    return usual
  }
  // Member by member, since engines copy objects into others slowly.
  const status: StatusDraft = {}
  if (observedGeneration !== undefined) status.observedGeneration = observedGeneration
  status.phase = phase
  status.conditions = conditions
  if (sticky && previous.message !== undefined) status.message = previous.message
  if (sticky && previous.reason !== undefined) status.reason = previous.reason
  status.hostIP = hostIP
  status.hostIPs = hostIPs
  if (podIP !== undefined) {
    status.podIP = podIP
    status.podIPs = addressList(podIP, previous.podIPs)
  }
  status.startTime = startTime
  if (initStatuses.length > 0) status.initContainerStatuses = initStatuses
  status.containerStatuses = containerStatuses
  if (qosClass !== undefined) status.qosClass = qosClass
  return status
}

const NO_CONDITIONS: readonly PodCondition[] = Object.freeze([])

const isForeign = ({ type }: PodCondition): boolean => !KUBELET_CONDITIONS.includes(type)

/** Those that others own. */
const foreignConditions = (conditions: PodStatus['conditions']): readonly PodCondition[] =>
  conditions?.some(isForeign) === true ? conditions.filter(isForeign) : NO_CONDITIONS

/** A list of one address: the one that is there, where it says the same. */
const addressList = (ip: string, before: PodStatus['podIPs']): NonNullable<PodStatus['podIPs']> =>
  before?.length === 1 && before[0]?.ip === ip ? before : Object.freeze([Object.freeze({ ip })])

type StatusDraft = { -readonly [Member in keyof PodStatus]: PodStatus[Member] } & {
  observedGeneration?: number
}

/** The status of a Pod that its kubelet refuses to run. */
export function rejectedPodStatus(pod: Pod, reason: string, message: string, now: string): PodStatus {
  const { qosClass } = pod.status
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
    startTime: now,
    ...(qosClass === undefined ? {} : { qosClass }),
  }
}

function containerStatus(
  container: Container,
  init: boolean,
  pod: Pod,
  runtime: PodRuntime,
  facts: StatusFacts,
): ContainerStatus {
  const latest = latestContainer(runtime, container.name)
  const reported = reportedStatus(container, init, facts.previous)
  if (latest === undefined) return withoutContainer(container, pod, reported, facts)
  const previous = previousContainer(runtime, container.name)
  const problem = own(facts.problems, container.name)
  const now = stateOf(latest)
  const held = problem !== undefined && shouldBeRestarted(container, pod, runtime)
  const state: ContainerState = held ? { waiting: problem } : now
  const last =
    held && now.terminated !== undefined
      ? now
      : previous === undefined
        ? reported?.lastState
        : stateOf(previous)
  const running = latest.state === 'CONTAINER_RUNNING'
  const started = running && facts.isStarted(container, latest)
  const ready =
    init && !isRestartableInit(container)
      ? now.terminated?.exitCode === 0
      : running && started && facts.isReady(container, latest)
  return Object.freeze({
    containerID: CONTAINER_ID_PREFIX + latest.id,
    image: latest.image,
    imageID: latest.imageRef,
    lastState: last ?? NO_STATE,
    name: container.name,
    ready,
    restartCount: latest.metadata.attempt,
    started,
    state: deepFreeze(state),
  })
}

const NO_STATE: ContainerState = Object.freeze({})
const CREATING: ContainerState = deepFreeze({ waiting: { reason: 'ContainerCreating' } })
const INITIALIZING: ContainerState = deepFreeze({ waiting: { reason: 'PodInitializing' } })

const reportedStatus = (
  container: Container,
  init: boolean,
  status: PodStatus,
): ContainerStatus | undefined =>
  (init ? status.initContainerStatuses : status.containerStatuses)?.find(
    ({ name }) => name === container.name,
  )

/** The runtime has no container of this name: not yet, or no more. */
function withoutContainer(
  container: Container,
  pod: Pod,
  reported: ContainerStatus | undefined,
  facts: StatusFacts,
): ContainerStatus {
  if (reported?.state?.terminated !== undefined) return reported
  if (reported?.state?.running !== undefined && facts.finished) {
    const terminated = {
      reason: 'ContainerStatusUnknown',
      message: 'The container could not be located when the pod was terminated',
      exitCode: 137,
    }
    return { ...reported, ready: false, started: false, state: { terminated } }
  }
  const hasInit = (pod.spec.initContainers ?? []).length > 0
  const problem = own(facts.problems, container.name)
  return Object.freeze({
    image: container.image ?? '',
    imageID: '',
    lastState: reported?.lastState ?? NO_STATE,
    name: container.name,
    ready: false,
    restartCount: reported?.restartCount ?? 0,
    started: false,
    state: problem === undefined ? (hasInit ? INITIALIZING : CREATING) : Object.freeze({ waiting: problem }),
  })
}

function stateOf(status: RuntimeContainer): ContainerState {
  switch (status.state) {
    case 'CONTAINER_RUNNING':
      return { running: { startedAt: formatTime(status.startedAt) } }
    case 'CONTAINER_CREATED':
      return { waiting: {} }
    case 'CONTAINER_EXITED':
      return {
        terminated: {
          containerID: CONTAINER_ID_PREFIX + status.id,
          exitCode: status.exitCode,
          finishedAt: formatTime(status.finishedAt),
          ...(status.message === '' ? {} : { message: status.message }),
          reason: status.reason,
          ...(status.signal === 0 ? {} : { signal: status.signal }),
          // A process that never ran shows the runtime's zero.
          startedAt: status.startedAt === 0 ? UNIX_EPOCH : formatTime(status.startedAt),
        },
      }
  }
}
