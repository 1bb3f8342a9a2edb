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

/** Keys of the memory: since when a node is missed, how many Pods each node has, and which Pods are to be looked at. */
const MISSING = 'missing/'
const ON_NODE = 'on-node/'
const ENDING = 'ending/'
const WHY = 'why/'

type Why = 'orphaned' | 'out-of-service' | 'unscheduled' | 'terminated'

export const podGarbageCollector: Controller = {
  name: 'pod-garbage-collector-controller',
  serviceAccount: 'pod-garbage-collector',
  component: 'pod-garbage-collector',
  workers: 1,
  informers: [podInformer, nodeInformer],
  changed({ ref, type, object, previous }, tools) {
    if (ref === PODS)
      podChanged(type === 'delete' ? undefined : (object as Pod), previous as Pod | undefined, tools)
  },
  tick: { everyMicros: PERIOD_MICROS, scan },
  sync,
}

/** Keeps account of Pods, so that a scan need not look at all of them. */
function podChanged(now: Pod | undefined, before: Pod | undefined, tools: ChangeTools): void {
  const node = nodeOf(now)
  const left = nodeOf(before)
  if (node !== left) {
    countOn(left, -1, tools)
    countOn(node, 1, tools)
  }
  const ends = now !== undefined && isEnding(now)
  if (ends !== (before !== undefined && isEnding(before))) {
    if (now !== undefined && ends) tools.memory.set(ENDING + objectKey(now), true)
    else if (before !== undefined) tools.memory.delete(ENDING + objectKey(before))
  }
}

const nodeOf = (pod: Pod | undefined): string => pod?.spec.nodeName ?? ''

const isEnding = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined || isTerminal(pod)

function countOn(node: string, change: 1 | -1, { memory: counts }: ChangeTools): void {
  if (node === '') return
  const count = Number(counts.get(ON_NODE + node) ?? 0) + change
  if (count === 0) counts.delete(ON_NODE + node)
  else counts.set(ON_NODE + node, count)
}

function scan(tools: ChangeTools): void {
  const finished: Pod[] = []
  for (const key of namesUnder(ENDING, tools)) {
    const pod = tools.get(PODS, key)
    if (pod === undefined) continue
    if (isTerminal(pod)) finished.push(pod)
    if (pod.metadata.deletionTimestamp === undefined) continue
    const nodeName = nodeOf(pod)
    const node = tools.get(NODES, nodeName)
    if (nodeName === '') condemn(pod, 'unscheduled', tools)
    else if (node !== undefined && isOutOfService(node)) condemn(pod, 'out-of-service', tools)
  }
  quarantine(
    new Set(namesUnder(ON_NODE, tools).filter((name) => tools.get(NODES, name) === undefined)),
    tools,
  )
  const surplus = finished.length - TERMINATED_THRESHOLD
  if (surplus <= 0) return
  const oldest = finished.sort((a, b) =>
    a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1,
  )
  for (const pod of oldest.slice(0, surplus)) condemn(pod, 'terminated', tools)
}

/** What stands behind a prefix in the keys of the memory. */
function namesUnder(prefix: string, { memory: entries }: ChangeTools): string[] {
  const names: string[] = []
  entries.forRange(prefix, `${prefix}\uffff`, false, (key) => {
    names.push(key.slice(prefix.length))
  })
  return names
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
  for (const name of namesUnder(MISSING, tools)) if (!missing.has(name)) tools.memory.delete(MISSING + name)
}

function isOutOfService({ spec, status }: Node): boolean {
  return (
    !isConditionTrue(status.conditions, 'Ready') &&
    (spec.taints ?? []).some(({ key }) => key === OUT_OF_SERVICE)
  )
}

function condemn(pod: Pod, why: Why, tools: ChangeTools): void {
  tools.memory.set(WHY + objectKey(pod), Object.freeze({ why, uid: pod.metadata.uid }))
  tools.enqueue(objectKey(pod))
}

interface Verdict {
  readonly why: Why
  readonly uid: string
}

const REASONS: Readonly<Record<Why, string>> = {
  orphaned: 'its node no longer exists',
  'out-of-service': 'its node is out of service',
  unscheduled: 'it is terminating and was never scheduled',
  terminated: 'there are too many finished Pods',
}

function* sync(key: string): Task<SyncResult> {
  const verdict = yield* memory.get<Verdict>(WHY + key)
  yield* memory.delete(WHY + key)
  const pod = yield* cache.get(PODS, key)
  // Another may have its name by now.
  if (pod === undefined || verdict === undefined || verdict.uid !== pod.metadata.uid) return undefined
  const { why } = verdict
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
