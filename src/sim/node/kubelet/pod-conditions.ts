// The conditions of a Pod that its kubelet owns. Pure. Models pkg/kubelet/status/generate.go with the real reasons and
// messages.
import type { Container, ContainerStatus, Pod, PodCondition, PodPhase } from '../../api/objects.ts'
import { isRestartableInit } from './pod-runtime.ts'

interface Verdict {
  readonly status: 'True' | 'False'
  readonly reason?: string
  readonly message?: string
}

const YES: Verdict = { status: 'True' }

export interface ConditionFacts {
  readonly pod: Pod
  readonly phase: PodPhase
  /** A sandbox with its network is there. */
  readonly sandboxReady: boolean
  readonly initStatuses: readonly ContainerStatus[]
  readonly statuses: readonly ContainerStatus[]
  /** Conditions that others own, for readiness gates. */
  readonly foreign: readonly PodCondition[]
}

/** The reason of a DisruptionTarget condition that a kubelet set. */
export const TERMINATION_BY_KUBELET = 'TerminationByKubelet'

export const KUBELET_CONDITIONS: readonly string[] = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]

/** Transition times are carried over from `previous` where the status is the same. */
export function podConditions(
  facts: ConditionFacts,
  previous: readonly PodCondition[] | undefined,
  now: string,
): readonly PodCondition[] {
  const containersReady = containersReadyVerdict(facts)
  const verdicts: readonly (readonly [string, Verdict])[] = [
    ['PodReadyToStartContainers', { status: facts.sandboxReady ? 'True' : 'False' }],
    ['Initialized', initializedVerdict(facts)],
    ['Ready', readyVerdict(facts, containersReady)],
    ['ContainersReady', containersReady],
    ['PodScheduled', YES],
  ]
  const { generation } = facts.pod.metadata
  const own = verdicts.map(([type, verdict]) => {
    const before = previous?.find((condition) => condition.type === type)
    const since = before?.status === verdict.status ? before.lastTransitionTime : undefined
    return conditionOf(type, generation, verdict, since ?? now)
  })
  return [...facts.foreign, ...own]
}

type ConditionDraft = { -readonly [Member in keyof PodCondition]: PodCondition[Member] } & {
  observedGeneration?: number
}

/** Member by member, since this is made for each Pod many times and engines copy objects into others slowly. */
function conditionOf(
  type: string,
  generation: number | undefined,
  { status, reason, message }: Verdict,
  lastTransitionTime: string,
): PodCondition {
  const condition: ConditionDraft =
    generation === undefined ? { type, status } : { type, observedGeneration: generation, status }
  if (reason !== undefined) condition.reason = reason
  if (message !== undefined) condition.message = message
  condition.lastTransitionTime = lastTransitionTime
  return condition
}

function containersReadyVerdict(facts: ConditionFacts): Verdict {
  const sidecars = (facts.pod.spec.initContainers ?? []).filter(isRestartableInit)
  const watched: readonly Container[] = [...sidecars, ...facts.pod.spec.containers]
  const all = [...facts.initStatuses, ...facts.statuses]
  const statusOf = (name: string): ContainerStatus | undefined => all.find((status) => status.name === name)
  const unknown = watched.filter(({ name }) => statusOf(name) === undefined)
  if (facts.phase === 'Succeeded' && unknown.length === 0) return { status: 'False', reason: 'PodCompleted' }
  if (facts.phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  const unready = watched.filter(({ name }) => statusOf(name)?.ready === false)
  return verdictOf('ContainersNotReady', [
    listed('containers with unknown status', unknown),
    listed('containers with unready status', unready),
  ])
}

const listed = (text: string, containers: readonly Container[]): string =>
  containers.length === 0 ? '' : `${text}: [${containers.map(({ name }) => name).join(' ')}]`

function verdictOf(reason: string, messages: readonly string[]): Verdict {
  const message = messages.filter((text) => text !== '').join(', ')
  return message === '' ? YES : { status: 'False', reason, message }
}

function readyVerdict(facts: ConditionFacts, containersReady: Verdict): Verdict {
  if (containersReady.status !== 'True') return containersReady
  const messages = (facts.pod.spec.readinessGates ?? []).map(({ conditionType }) => {
    const condition = facts.foreign.find(({ type }) => type === conditionType)
    if (condition === undefined)
      return `corresponding condition of pod readiness gate "${conditionType}" does not exist.`
    if (condition.status === 'True') return ''
    return `the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`
  })
  return verdictOf('ReadinessGatesNotReady', messages)
}

function initializedVerdict(facts: ConditionFacts): Verdict {
  const containers = facts.pod.spec.initContainers ?? []
  const statusOf = (name: string): ContainerStatus | undefined =>
    facts.initStatuses.find((status) => status.name === name)
  const unknown = containers.filter(({ name }) => statusOf(name) === undefined)
  if (facts.phase === 'Succeeded' && unknown.length === 0) return { status: 'True', reason: 'PodCompleted' }
  // Once an app container has run, the Pod was initialized, whatever its sidecars do now.
  if (facts.statuses.some(({ state, lastState }) => hasRun(state) || hasRun(lastState))) return YES
  const incomplete = containers.filter((container) => {
    const status = statusOf(container.name)
    if (status === undefined) return false
    return isRestartableInit(container) ? status.started !== true : !status.ready
  })
  return verdictOf('ContainersNotInitialized', [
    listed('containers with unknown status', unknown),
    listed('containers with incomplete status', incomplete),
  ])
}

const hasRun = (state: ContainerStatus['state']): boolean =>
  state?.running !== undefined || state?.terminated !== undefined
