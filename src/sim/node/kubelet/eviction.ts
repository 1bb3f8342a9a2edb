// Eviction when the node itself runs short. Models pkg/kubelet/eviction with its default hard thresholds: a look every
// 10 s, a condition that stays for 5 min, images nobody uses, then one Pod at a time. What Pods really use is not modelled,
// so that their usage is taken for the same, and evicting one never ends the shortage.
import type { Container, Pod, PodCondition } from '../../api/objects.ts'
import { formatQuantity, quantity, unitValue } from '../../api/quantity.ts'
import { formatTime } from '../../api/time.ts'
import type { EventDraft } from '../../client/index.ts'
import { seconds } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context } from '../../kernel/process.ts'
import type { TaskRunner } from '../../kernel/task.ts'
import type { Rejection } from './admission.ts'
import { TERMINATION_BY_KUBELET } from './pod-conditions.ts'
import { failPod } from './pod-workers.ts'
import { LEFT, SHORTAGES } from './shortages.ts'
import type { KubeletState, PodWorker, Shortage } from './state.ts'

type Runner = TaskRunner<KubeletState>
type Recorder = (draft: EventDraft) => void

interface Signal {
  readonly resource: string
  readonly threshold: string
  readonly condition: string
  readonly begun: string
  readonly over: string
}

const SIGNALS: Readonly<Record<Shortage, Signal>> = {
  memory: {
    resource: 'memory',
    threshold: '100Mi',
    condition: 'MemoryPressure',
    begun: 'NodeHasInsufficientMemory',
    over: 'NodeHasSufficientMemory',
  },
  // 10 % of the node's 40 GiB.
  disk: {
    resource: 'ephemeral-storage',
    threshold: '4Gi',
    condition: 'DiskPressure',
    begun: 'NodeHasDiskPressure',
    over: 'NodeHasNoDiskPressure',
  },
}

const TRANSITION_PERIOD = seconds(300)
/** What a container is taken to use. */
const USAGE = '20Mi'
const USAGE_BYTES = 20 * 1024 * 1024
const GRACE_SECONDS = 1
/** Pods of this priority and above are critical, and never evicted. */
const CRITICAL_PRIORITY = 2_000_000_000

/** A turn of the eviction manager. Returns what the node has to say about itself. */
export function watchPressure(
  state: KubeletState,
  context: Context,
  runner: Runner,
  recordEvent: Recorder,
): readonly string[] {
  const told: string[] = []
  let evicts = true
  for (const shortage of SHORTAGES) {
    const signal = SIGNALS[shortage]
    const pressure = state.pressure[shortage]
    const available = context.impairment(LEFT[shortage])
    if (typeof available === 'number') {
      pressure.seenAt = context.now
      if (!pressure.told) told.push(signal.begun)
      pressure.told = true
      if (evicts) evicts = !reclaim(state, shortage, available, context, runner, recordEvent)
    } else if (pressure.told && context.now - (pressure.seenAt ?? 0) >= TRANSITION_PERIOD) {
      pressure.told = false
      told.push(signal.over)
    }
  }
  return told
}

/** Whether a Pod is evicted. */
function reclaim(
  state: KubeletState,
  shortage: Shortage,
  availableMebibytes: number,
  context: Context,
  runner: Runner,
  recordEvent: Recorder,
): boolean {
  const { resource } = SIGNALS[shortage]
  const { node } = state.config
  const message = `Attempting to reclaim ${resource}`
  const object = { apiVersion: 'v1', kind: 'Node', name: node, uid: node }
  recordEvent({ object, type: 'Warning', reason: 'EvictionThresholdMet', message })
  if (shortage === 'disk') removeUnusedImages(state, context, runner)
  const victim = nextVictim(state, shortage)
  if (victim === undefined) return false
  evict(state, victim, shortage, availableMebibytes, context, runner, recordEvent)
  return true
}

function removeUnusedImages(state: KubeletState, context: Context, runner: Runner): void {
  const used = new Set<string>()
  for (const { runtime } of state.workers.values())
    for (const { image } of runtime.containers) used.add(image)
  const unused = state.images.map(({ name }) => name).filter((name) => !used.has(name) && !isPinned(name))
  if (unused.length === 0) return
  state.imagesChanged = true
  runner.start(state, 'removeImages', [unused], context)
}

/** Every sandbox needs it, so the runtime keeps it. */
const isPinned = (image: string): boolean => image.includes('/pause:')

/** Pods that use more than they asked for go first, then those of lower priority, then those that asked for less. */
function nextVictim(state: KubeletState, shortage: Shortage): PodWorker | undefined {
  const name = shortage === 'memory' ? 'memory' : 'ephemeral-storage'
  const exceeds = (worker: PodWorker): number => (worker.requests[name] < USAGE_BYTES ? 0 : 1)
  return [...state.workers.values()]
    .filter((worker) => worker.work === 'sync' && !isCritical(worker.pod))
    .sort(
      (a, b) =>
        exceeds(a) - exceeds(b) ||
        priorityOf(a.pod) - priorityOf(b.pod) ||
        a.requests[name] - b.requests[name] ||
        (a.uid < b.uid ? -1 : 1),
    )[0]
}

const priorityOf = (pod: Pod): number => pod.spec.priority ?? 0
const isCritical = (pod: Pod): boolean => priorityOf(pod) >= CRITICAL_PRIORITY

function evict(
  state: KubeletState,
  worker: PodWorker,
  shortage: Shortage,
  availableMebibytes: number,
  context: Context,
  runner: Runner,
  recordEvent: Recorder,
): void {
  const message = evictionMessage(worker.pod, SIGNALS[shortage], availableMebibytes)
  recordEvent({ object: worker.pod, type: 'Warning', reason: 'Evicted', message })
  const disrupted: PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: TERMINATION_BY_KUBELET,
    message,
    lastTransitionTime: formatTime(context.clock),
  }
  const others = (worker.status.conditions ?? []).filter(({ type }) => type !== disrupted.type)
  worker.status = deepFreeze({ ...worker.status, conditions: [...others, disrupted] })
  failPod(state, worker, 'Evicted', message, context, runner, GRACE_SECONDS)
}

function evictionMessage(pod: Pod, { resource, threshold }: Signal, availableMebibytes: number): string {
  const available = formatQuantity(quantity(`${availableMebibytes}Mi`))
  const start = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. `
  return start + pod.spec.containers.map((container) => usageText(container, resource)).join('')
}

function usageText({ name, resources }: Container, resource: string): string {
  const request = resources?.requests?.[resource] ?? '0'
  if (unitValue(request) >= USAGE_BYTES) return ''
  return `Container ${name} was using ${USAGE}, request is ${request}, has larger consumption of ${resource}. `
}

/** Why a node under pressure does not take this Pod; null: it does. */
export function refusedUnderPressure(pod: Pod, pressed: readonly Shortage[]): Rejection | null {
  if (isCritical(pod)) return null
  const onlyMemory = pressed.every((shortage) => shortage === 'memory')
  if (onlyMemory && (pod.status.qosClass !== 'BestEffort' || toleratesMemoryPressure(pod))) return null
  const conditions = pressed.map((shortage) => SIGNALS[shortage].condition).join(' ')
  return { reason: 'Evicted', message: `The node had condition: [${conditions}]. ` }
}

const toleratesMemoryPressure = (pod: Pod): boolean =>
  (pod.spec.tolerations ?? []).some(
    ({ key, operator, effect }) =>
      (key === undefined || key === 'node.kubernetes.io/memory-pressure') &&
      operator === 'Exists' &&
      (effect === undefined || effect === 'NoSchedule'),
  )
