// Deletes Pods from nodes with NoExecute taints, at once or when their toleration runs out. Models
// pkg/controller/tainteviction; Pods that are being deleted already are left alone.
import { deepEqual } from '../api/json.ts'
import type { Node, Pod, Taint, Toleration } from '../api/objects.ts'
import { asObjectKey, objectKey, splitKey } from '../api/objects.ts'
import { NODES, PODS } from '../api/resources.ts'
import { formatTime } from '../api/time.ts'
import { tolerationFor } from '../api/tolerations.ts'
import { api, failedWith, recordEvent, sleep } from '../client/index.ts'
import type { Task } from '../kernel/task.ts'
import type { Change, ChangeTools, Controller, SyncResult } from './runtime/controller.ts'
import { cache, currentTime, enqueue, explain, memory, wallClock } from './runtime/effects.ts'
import { BY_NODE, nodeInformer, podInformer } from './runtime/informers.ts'

const TRIES = 5
const RETRY_MICROS = 10_000

/** A deletion that will happen unless the taint goes. */
interface Scheduled {
  readonly since: number
  readonly at: number
}

export const taintEvictionController: Controller = {
  name: 'taint-eviction-controller',
  serviceAccount: 'node-controller',
  component: 'taint-eviction-controller',
  workers: 8,
  informers: [podInformer, nodeInformer],
  changed(change, tools) {
    if (change.ref === NODES) nodeChanged(change, tools)
    else podChanged(change, tools)
  },
  sync,
}

const noExecuteTaints = (node: Node | undefined): readonly Taint[] =>
  (node?.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute')

function nodeChanged({ type, object, previous }: Change, tools: ChangeTools): void {
  if (type === 'delete') return
  const before = previous === undefined ? [] : noExecuteTaints(previous as Node)
  if (deepEqual(before, noExecuteTaints(object as Node))) return
  for (const pod of tools.byIndex(PODS, BY_NODE, object.metadata.name)) tools.enqueue(objectKey(pod))
}

function podChanged({ type, object, previous }: Change, tools: ChangeTools): void {
  const pod = object as Pod
  const key = objectKey(pod)
  if (type === 'delete') {
    if (tools.memory.has(key)) tools.enqueue(key)
    return
  }
  const nodeName = pod.spec.nodeName ?? ''
  const before = previous as Pod | undefined
  if (nodeName === '' || (before !== undefined && before.spec === pod.spec)) return
  const same = before?.spec.nodeName === nodeName && deepEqual(before.spec.tolerations, pod.spec.tolerations)
  if (!same && noExecuteTaints(tools.get(NODES, nodeName)).length > 0) tools.enqueue(key)
}

function* sync(key: string): Task<SyncResult> {
  const pod = yield* cache.get(PODS, key)
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) {
    yield* cancel(key)
    return undefined
  }
  const taints = noExecuteTaints(yield* cache.get(NODES, pod.spec.nodeName ?? ''))
  const tolerated = toleratedMicros(taints, pod.spec.tolerations)
  if (tolerated === null) {
    yield* cancel(key)
    return undefined
  }
  const now = yield* currentTime()
  if (tolerated === 0) {
    yield* cancel(key)
    return yield* evict(key)
  }
  const scheduled = yield* memory.get<Scheduled>(key)
  if (scheduled !== undefined && now >= scheduled.at) return yield* evict(key)
  // An earlier taint keeps its clock running: only a shorter toleration brings the deletion forward.
  if (scheduled !== undefined && scheduled.since < now) return undefined
  yield* memory.set(key, { since: now, at: now + tolerated })
  yield* enqueue(key, tolerated)
  return undefined
}

/** How long the Pod may stay: 0 not at all, null for ever. */
export function toleratedMicros(
  taints: readonly Taint[],
  tolerations: readonly Toleration[] | undefined,
): number | null {
  let shortest: number | null = null
  for (const taint of taints) {
    const toleration = tolerationFor(tolerations, taint)
    if (toleration === undefined) return 0
    if (toleration.tolerationSeconds === undefined) continue
    const micros = Math.max(0, toleration.tolerationSeconds) * 1_000_000
    shortest = shortest === null ? micros : Math.min(shortest, micros)
  }
  return shortest
}

function* cancel(key: string): Task<void> {
  if ((yield* memory.get<Scheduled>(key)) === undefined) return
  yield* memory.delete(key)
  yield* report(key, `Cancelling deletion of Pod ${key}`)
}

function* evict(key: string): Task<SyncResult> {
  yield* memory.delete(key)
  yield* explain(`Pod ${key} does not tolerate a NoExecute taint of its node any longer: deleting it`)
  yield* report(key, `Marking for deletion Pod ${key}`)
  let error = ''
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const failure = yield* markAndDelete(key)
    if (failure === null) return undefined
    error = failure
    yield* sleep(RETRY_MICROS)
  }
  return { error }
}

function* markAndDelete(key: string): Task<string | null> {
  const { namespace, name } = splitKey(asObjectKey(key))
  const found = yield* api.get(PODS, namespace, name)
  if (!found.ok) return failedWith(found, 'NotFound') ? null : (found.status.message ?? 'get failed')
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: formatTime(yield* wallClock()),
  }
  const { uid } = found.object.metadata
  const body = { metadata: { uid }, status: { conditions: [condition] } }
  const patched = yield* api.patch(PODS, namespace, name, 'strategic', body, 'status')
  if (!patched.ok) return patched.status.message ?? 'patch failed'
  const deleted = yield* api.delete(PODS, namespace, name)
  return deleted.ok || failedWith(deleted, 'NotFound') ? null : (deleted.status.message ?? 'delete failed')
}

function* report(key: string, message: string): Task<void> {
  const object = { apiVersion: 'v1', kind: 'Pod', ...splitKey(asObjectKey(key)) }
  yield* recordEvent({ object, type: 'Normal', reason: 'TaintManagerEviction', message })
}
