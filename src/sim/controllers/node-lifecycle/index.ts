// Notices nodes that are no longer heard of, says so in their conditions, and taints them: first against new Pods, then
// to drive Pods away. Models pkg/controller/nodelifecycle; leaves out label reconciliation and the marking of Pods that
// are bound to a node which is already not ready.
import type { Node, Pod } from '../../api/objects.ts'
import { objectKey } from '../../api/objects.ts'
import { LEASES, NODES, PODS } from '../../api/resources.ts'
import { formatTime } from '../../api/time.ts'
import { api, failedWith, recordEvent, sleep } from '../../client/index.ts'
import type { CowMap } from '../../kernel/cow-map.ts'
import type { Task } from '../../kernel/task.ts'
import type { ChangeTools, Controller, SyncResult } from '../runtime/controller.ts'
import { cache, currentTime, enqueue, explain, memory, wallClock } from '../runtime/effects.ts'
import { BY_NODE, leaseInformer, nodeInformer, podInformer } from '../runtime/informers.ts'
import { readyCondition } from '../runtime/pod-state.ts'
import type { ReadyStatus } from './health.ts'
import { isStale, readyStatus, withUnknownConditions } from './health.ts'
import type { NodeHealth, Pass } from './pass.ts'
import { healthIn, needsTaints, observeAll } from './pass.ts'
import { hasTaint, NOT_READY, noExecute, scheduleTaintChange, swapTaints, UNREACHABLE } from './taints.ts'
import type { Zone, ZoneCounts } from './zones.ts'
import { afterEviction, countNode, firstZone, updateZones, zoneKey } from './zones.ts'

const MONITOR_PERIOD_MICROS = 5_000_000
const STATUS_TRIES = 5
const STATUS_RETRY_MICROS = 20_000

/** Keys of the queue: a node whose health asks for something, and one whose conditions changed. In the memory: all healths. */
const HEALTH = 'health/'
const CONDITIONS = 'conditions/'
/** Keys of the memory. */
const DUE = 'due/'
const RETRY = 'retry/'

export const nodeLifecycleController: Controller = {
  name: 'node-lifecycle-controller',
  serviceAccount: 'node-controller',
  component: 'node-controller',
  workers: 8,
  informers: [nodeInformer, leaseInformer, podInformer],
  changed({ ref, type, object }, tools) {
    if (ref !== NODES || type === 'delete') return
    const { add, remove } = scheduleTaintChange(object as Node)
    if (add.length + remove.length > 0) tools.enqueue(CONDITIONS + objectKey(object))
  },
  tick: { everyMicros: MONITOR_PERIOD_MICROS, scan },
  sync: (key) =>
    key.startsWith(HEALTH)
      ? syncHealth(key.slice(HEALTH.length))
      : syncConditions(key.slice(CONDITIONS.length)),
}

/** Every five seconds: who is there, who was heard of, and who needs a sync. */
function scan(tools: ChangeTools): void {
  const { memory: entries, now } = tools
  const pass = observeAll(healths(entries), tools.list(NODES), tools.list(LEASES), now)
  greet(pass, tools)
  entries.set(HEALTH, Object.freeze(pass.healths))
  const retries = new Set(known(entries, RETRY).map(([key]) => key))
  const counts: ZoneCounts = new Map()
  for (const health of pass.healths) {
    const { name, node, ready, zone } = health
    const stale = isStale(health, node, now)
    const silent = stale && withUnknownConditions(node, now) !== node
    const again = retries.size > 0 && retries.has(RETRY + name)
    if (silent || again || health.needsTaints) tools.enqueue(HEALTH + name)
    countNode(counts, zone, stale ? 'Unknown' : ready)
  }
  const disruption = updateZones(entries, counts, now)
  if (disruption === 'left') restartClocks(tools)
  // When nobody can be reached, it is this process that is cut off: no Pod is driven away then.
  if (disruption === 'entered') for (const { name } of pass.healths) entries.delete(DUE + name)
}

const NOBODY: readonly NodeHealth[] = Object.freeze([])

/** In the order of names. */
const healths = (entries: CowMap<unknown>): readonly NodeHealth[] =>
  (entries.get(HEALTH) as readonly NodeHealth[] | undefined) ?? NOBODY

function greet({ fresh, gone }: Pass, tools: ChangeTools): void {
  for (const { name, uid } of fresh)
    report(tools, name, uid, 'RegisteredNode', `Registered Node ${name} in Controller`)
  for (const { name, uid } of gone) {
    for (const prefix of [DUE, RETRY]) tools.memory.delete(prefix + name)
    report(tools, name, uid, 'RemovingNode', `Removing Node ${name} from Controller`)
  }
}

/** What is remembered under a prefix, in the order of names. */
function known(entries: CowMap<unknown>, prefix: string): [string, string][] {
  const found: [string, string][] = []
  entries.forRange(prefix, `${prefix}\uffff`, false, (key, value) => {
    found.push([key, String(value)])
  })
  return found
}

function report(tools: ChangeTools, name: string, uid: string, reason: string, text: string): void {
  const object = { kind: 'Node', apiVersion: 'v1', name, uid }
  tools.record({ object, type: 'Normal', reason, message: `Node ${name} event: ${text}` })
}

function restartClocks({ memory: entries, now }: ChangeTools): void {
  const restarted = healths(entries).map((health) => Object.freeze({ ...health, probedAt: now }))
  entries.set(HEALTH, Object.freeze(restarted))
}

function* syncHealth(name: string): Task<SyncResult> {
  const node = yield* cache.get(NODES, name)
  const health = healthIn((yield* memory.get<readonly NodeHealth[]>(HEALTH)) ?? NOBODY, name)
  if (node === undefined || health === undefined) return undefined
  const observed = readyStatus(node)
  let current = observed
  if (isStale(health, node, yield* currentTime())) {
    const updated = yield* markUnknown(node)
    if (!updated) return undefined
    current = 'Unknown'
  }
  yield* taint(node, observed)
  const retry = yield* memory.get<boolean>(RETRY + name)
  const lost = current !== 'True' && observed === 'True'
  if (lost) {
    const message = `Node ${name} status is now: NodeNotReady`
    const object = { kind: 'Node', apiVersion: 'v1', name, uid: node.metadata.uid }
    yield* recordEvent({ object, type: 'Normal', reason: 'NodeNotReady', message })
  }
  if (lost || (retry === true && observed !== 'True')) {
    const marked = yield* markPodsNotReady(name)
    if (!marked) {
      yield* memory.set(RETRY + name, true)
      return undefined
    }
  }
  yield* memory.delete(RETRY + name)
  return undefined
}

/** Whether the node's conditions now say that nobody knows. */
function* markUnknown(first: Node): Task<boolean> {
  let node = first
  for (let attempt = 1; attempt <= STATUS_TRIES; attempt++) {
    const unknown = withUnknownConditions(node, yield* wallClock())
    if (unknown === node) return true
    yield* explain(
      `node ${node.metadata.name} was not heard of within its grace period: its conditions become Unknown`,
    )
    const updated = yield* api.updateStatus(NODES, unknown)
    if (updated.ok) return true
    yield* sleep(STATUS_RETRY_MICROS)
    const fresh = yield* api.get(NODES, null, node.metadata.name)
    if (!fresh.ok) return false
    node = fresh.object
  }
  return false
}

/** By the condition that the pass found and not by the one it set: the taint that evicts comes a pass later. */
function* taint(node: Node, observed: ReadyStatus): Task<void> {
  const { name } = node.metadata
  if (observed === 'True') {
    yield* memory.delete(DUE + name)
    if (!needsTaints(node, observed)) return
    yield* explain(`node ${name} is ready again: removing its NoExecute taints`)
    yield* swapTaints(name, { add: [], remove: [noExecute(NOT_READY), noExecute(UNREACHABLE)] })
    return
  }
  const [wanted, opposite] = observed === 'Unknown' ? [UNREACHABLE, NOT_READY] : [NOT_READY, UNREACHABLE]
  if (hasTaint(node, noExecute(wanted))) return
  if (!hasTaint(node, noExecute(opposite)) && !(yield* evictionIsDue(node))) return
  yield* explain(
    `node ${name} is ${observed === 'Unknown' ? 'unreachable' : 'not ready'}: tainting it ${wanted}:NoExecute`,
  )
  const tainted = yield* swapTaints(name, { add: [noExecute(wanted)], remove: [noExecute(opposite)] })
  if (tainted) yield* memory.delete(DUE + name)
}

/** One node in ten seconds may be emptied in each zone; the others wait for their turn. */
function* evictionIsDue(node: Node): Task<boolean> {
  const { name } = node.metadata
  const now = yield* currentTime()
  const zone = (yield* memory.get<Zone>(zoneKey(node))) ?? firstZone()
  if (zone.intervalMicros === 0) return false
  const due = yield* memory.get<number>(DUE + name)
  if (due !== undefined) return now >= due
  const turn = Math.max(now, zone.nextAt)
  yield* memory.set(zoneKey(node), afterEviction(zone, turn))
  yield* memory.set(DUE + name, turn)
  if (turn > now) yield* enqueue(HEALTH + name, turn - now)
  return turn <= now
}

/** Returns whether all are marked: Services must not send them traffic that nobody would answer. */
function* markPodsNotReady(nodeName: string): Task<boolean> {
  const pods = yield* cache.byIndex(PODS, BY_NODE, nodeName)
  let all = true
  for (const pod of pods) if (!(yield* markNotReady(pod))) all = false
  return all
}

function* markNotReady(pod: Pod): Task<boolean> {
  if (readyCondition(pod)?.status !== 'True') return true
  const { namespace, name, uid } = pod.metadata
  const lastTransitionTime = formatTime(yield* wallClock())
  const body = {
    metadata: { uid },
    status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime }] },
  }
  const patched = yield* api.patch(PODS, namespace, name, 'strategic', body, 'status')
  if (!patched.ok) return failedWith(patched, 'NotFound')
  yield* recordEvent({ object: pod, type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' })
  return true
}

function* syncConditions(name: string): Task<SyncResult> {
  const node = yield* cache.get(NODES, name)
  if (node === undefined) return undefined
  const change = scheduleTaintChange(node)
  const { add, remove } = change
  if (add.length + remove.length === 0) return undefined
  const signs = [...add.map(({ key }) => `+${key}`), ...remove.map(({ key }) => `-${key}`)]
  yield* explain(`node ${name}: NoSchedule taints follow its conditions (${signs.join(' ')})`)
  return (yield* swapTaints(name, change)) ? undefined : { error: 'failed to swap taints of node' }
}
