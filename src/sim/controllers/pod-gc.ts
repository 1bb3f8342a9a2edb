// Removes Pods that nobody else would: of nodes that are gone, of nodes declared out of service, terminating ones that
// were never scheduled, and the oldest of too many finished ones. Models pkg/controller/podgc/gc_controller.go.
import { isConditionTrue } from '../api/conditions.ts'
import type { Node, Pod } from '../api/objects.ts'
import { asObjectKey, objectKey, splitKey } from '../api/objects.ts'
import { NODES, PODS } from '../api/resources.ts'
import { formatTime } from '../api/time.ts'
import { api, failedWith } from '../client/index.ts'
import type { Task } from '../kernel/task.ts'
import type { ChangeTools, Controller, SyncResult } from './runtime/controller.ts'
import { cache, explain, memory, wallClock } from './runtime/effects.ts'
import { BY_NODE, nodeInformer, podInformer } from './runtime/informers.ts'
import { isTerminal } from './runtime/pod-state.ts'

const PERIOD_MICROS = 20_000_000
const QUARANTINE_MICROS = 40_000_000
const TERMINATED_THRESHOLD = 12_500
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

/** Key of the memory: since when a node is missed. */
const MISSING = 'missing/'
const WHY = 'why/'

type Why = 'orphaned' | 'out-of-service' | 'unscheduled' | 'terminated'

export const podGarbageCollector: Controller = {
  name: 'pod-garbage-collector-controller',
  serviceAccount: 'pod-garbage-collector',
  component: 'pod-garbage-collector',
  workers: 1,
  informers: [podInformer, nodeInformer],
  changed: () => {},
  tick: { everyMicros: PERIOD_MICROS, scan },
  sync,
}

function scan(tools: ChangeTools): void {
  const finished: Pod[] = []
  const missing = new Set<string>()
  for (const pod of tools.list(PODS)) {
    const nodeName = pod.spec.nodeName ?? ''
    if (isTerminal(pod)) finished.push(pod)
    if (nodeName === '') {
      if (pod.metadata.deletionTimestamp !== undefined) condemn(pod, 'unscheduled', tools)
      continue
    }
    const node = tools.get(NODES, nodeName)
    if (node === undefined) missing.add(nodeName)
    else if (pod.metadata.deletionTimestamp !== undefined && isOutOfService(node))
      condemn(pod, 'out-of-service', tools)
  }
  quarantine(missing, tools)
  const surplus = finished.length - TERMINATED_THRESHOLD
  if (surplus <= 0) return
  const oldest = finished.sort((a, b) =>
    a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1,
  )
  for (const pod of oldest.slice(0, surplus)) condemn(pod, 'terminated', tools)
}

/** A node may be missed because this informer is late, so its Pods get some time. */
function quarantine(missing: ReadonlySet<string>, tools: ChangeTools): void {
  for (const nodeName of missing) {
    const since = tools.memory.get(MISSING + nodeName)
    if (typeof since !== 'number') {
      tools.memory.set(MISSING + nodeName, tools.now)
    } else if (tools.now >= since + QUARANTINE_MICROS) {
      for (const pod of tools.byIndex(PODS, BY_NODE, nodeName)) condemn(pod, 'orphaned', tools)
    }
  }
  const back: string[] = []
  tools.memory.forRange(MISSING, `${MISSING}\uffff`, false, (key) => {
    if (!missing.has(key.slice(MISSING.length))) back.push(key)
  })
  for (const key of back) tools.memory.delete(key)
}

function isOutOfService({ spec, status }: Node): boolean {
  return (
    !isConditionTrue(status.conditions, 'Ready') &&
    (spec.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE)
  )
}

function condemn(pod: Pod, why: Why, tools: ChangeTools): void {
  tools.memory.set(WHY + objectKey(pod), why)
  tools.enqueue(objectKey(pod))
}

const REASONS: Readonly<Record<Why, string>> = {
  orphaned: 'its node no longer exists',
  'out-of-service': 'its node is out of service',
  unscheduled: 'it is terminating and was never scheduled',
  terminated: 'there are too many finished Pods',
}

function* sync(key: string): Task<SyncResult> {
  const why = yield* memory.get<Why>(WHY + key)
  yield* memory.delete(WHY + key)
  const pod = yield* cache.get(PODS, key)
  if (pod === undefined || why === undefined) return undefined
  if (why === 'orphaned' && !(yield* nodeIsGone(pod.spec.nodeName ?? ''))) return undefined
  yield* explain(`Pod ${key}: ${REASONS[why]}, so it is deleted`)
  const { namespace, name } = splitKey(asObjectKey(key))
  if (!isTerminal(pod)) {
    const { uid } = pod.metadata
    const conditions = yield* disruption(why)
    const body = { metadata: { uid }, status: { phase: 'Failed', ...conditions } }
    const failed = yield* api.patch(PODS, namespace, name, 'strategic', body, 'status')
    if (!failed.ok)
      return failedWith(failed, 'NotFound') ? undefined : { error: failed.status.message ?? 'patch failed' }
  }
  const deleted = yield* api.delete(PODS, namespace, name, { gracePeriodSeconds: 0 })
  return deleted.ok || failedWith(deleted, 'NotFound')
    ? undefined
    : { error: deleted.status.message ?? 'delete failed' }
}

function* nodeIsGone(nodeName: string): Task<boolean> {
  return failedWith(yield* api.get(NODES, null, nodeName), 'NotFound')
}

function* disruption(why: Why): Task<object> {
  if (why !== 'orphaned' && why !== 'out-of-service') return {}
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByPodGC',
    message: why === 'orphaned' ? 'PodGC: node no longer exists' : 'PodGC: node is out of service',
    lastTransitionTime: formatTime(yield* wallClock()),
  }
  return { conditions: [condition] }
}
