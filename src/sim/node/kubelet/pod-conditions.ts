// The conditions of a Pod that its kubelet owns. Pure. Models pkg/kubelet/status/generate.go with the real reasons and
// messages.
import { findCondition } from '../../api/conditions.ts'
import type { Open } from '../../api/json.ts'
import type { Container, ContainerStatus, Pod, PodCondition, PodPhase } from '../../api/objects.ts'
import { isRestartableInit } from './pod-runtime.ts'
import { sharedText } from './shared-text.ts'

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
  const own = verdicts.map(([type, verdict]): PodCondition => {
    const before = findCondition(previous, type)
    const since = before?.status === verdict.status ? before.lastTransitionTime : undefined
    return before !== undefined && since !== undefined && says(before, verdict, generation)
      ? before
      : conditionOf(type, generation, verdict, since ?? now)
  })
  return Object.freeze(facts.foreign.length === 0 ? own : [...facts.foreign, ...own])
}

/** Whether a condition says just this, so that it can stay as it is, frozen as it is. */
const says = (
  before: Condition,
  { status, reason, message }: Verdict,
  generation: number | undefined,
): boolean =>
  before.status === status &&
  before.reason === reason &&
  before.message === message &&
  before.observedGeneration === generation &&
  before.lastProbeTime === undefined

type Condition = PodCondition & { readonly observedGeneration?: number }
type ConditionDraft = Open<Condition>

/** The usual ones with all their members at once, which takes the least room; the others member by member. */
function conditionOf(
  type: string,
  generation: number | undefined,
  { status, reason, message }: Verdict,
  lastTransitionTime: string,
): PodCondition {
  if (generation !== undefined && reason === undefined && message === undefined)
    return Object.freeze<Condition>({ type, observedGeneration: generation, status, lastTransitionTime })
  if (generation !== undefined && reason !== undefined && message !== undefined)
    return Object.freeze<Condition>({
      type,
      observedGeneration: generation,
      status,
      reason,
      message,
      lastTransitionTime,
    })
  const condition: ConditionDraft =
    generation === undefined ? { type, status } : { type, observedGeneration: generation, status }
  if (reason !== undefined) condition.reason = reason
  if (message !== undefined) condition.message = message
  condition.lastTransitionTime = lastTransitionTime
  return Object.freeze(condition)
}

function containersReadyVerdict(facts: ConditionFacts): Verdict {
  const { initContainers, containers } = facts.pod.spec
  const watched: readonly Container[] =
    initContainers === undefined ? containers : [...initContainers.filter(isRestartableInit), ...containers]
  const statusOf = (name: string): ContainerStatus | undefined =>
    statusNamed(facts.initStatuses, name) ?? statusNamed(facts.statuses, name)
  const unknown = watched.filter(({ name }) => statusOf(name) === undefined)
  if (facts.phase === 'Succeeded' && unknown.length === 0) return { status: 'False', reason: 'PodCompleted' }
  if (facts.phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  const unready = watched.filter(({ name }) => statusOf(name)?.ready === false)
  return verdictOf('ContainersNotReady', [
    listed('containers with unknown status', unknown),
    listed('containers with unready status', unready),
  ])
}

function statusNamed(statuses: readonly ContainerStatus[], name: string): ContainerStatus | undefined {
  for (const status of statuses) if (status.name === name) return status
  return undefined
}

const listed = (text: string, containers: readonly Container[]): string =>
  containers.length === 0 ? '' : sharedText([text, ': [', containers.map(({ name }) => name).join(' '), ']'])

function verdictOf(reason: string, messages: readonly string[]): Verdict {
  const said = messages.filter((text) => text !== '')
  const message = said.length === 1 ? (said[0] ?? '') : said.join(', ')
  return message === '' ? YES : { status: 'False', reason, message }
}

function readyVerdict(facts: ConditionFacts, containersReady: Verdict): Verdict {
  if (containersReady.status !== 'True' || facts.pod.spec.readinessGates === undefined) return containersReady
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
  const containers = facts.pod.spec.initContainers
  if (containers === undefined && facts.phase !== 'Succeeded') return YES
  return initVerdict(facts, containers ?? [])
}

function initVerdict(facts: ConditionFacts, containers: readonly Container[]): Verdict {
  const statusOf = (name: string): ContainerStatus | undefined => statusNamed(facts.initStatuses, name)
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
