// When a kubelet reports its Node and renews its Lease. Models the loops of kubelet_node_status.go: the status is computed
// every 10 s, written when it changed or after 5 min, and at once when readiness changes; the Lease is renewed every 10 s.
import { hex32 } from '../../api/hex.ts'
import { extended } from '../../api/json.ts'
import type { Node } from '../../api/objects.ts'
import type { EventDraft } from '../../client/index.ts'
import { micros, seconds } from '../../kernel/micros.ts'
import type { Context } from '../../kernel/process.ts'
import { hashString } from '../../kernel/random.ts'
import type { TaskRunner } from '../../kernel/task.ts'
import type { LeaseView, NodeReport } from './effects.ts'
import { evictions } from './late-eviction.ts'
import type { NodeFacts } from './node-status.ts'
import { newNode, nodeStatus, sameNodeStatus } from './node-status.ts'
import { isPressed, isShort, pressedNow } from './shortages.ts'
import type { KubeletState } from './state.ts'

type Runner = TaskRunner<KubeletState>
type Recorder = (draft: EventDraft) => void

const STATUS_PERIOD = seconds(10)
const REPORT_PERIOD = seconds(300)
const LEASE_PERIOD = seconds(10)
const LEASE_JITTER = 0.04
/** A runtime that does not answer for this long makes the node not ready. */
const RUNTIME_THRESHOLD = seconds(30)

/** Why the node is not ready, in the kubelet's words; empty when it is. */
function notReadyReason(state: KubeletState, now: number): string {
  const isLost = state.runtimeLostAt !== null && now - state.runtimeLostAt > RUNTIME_THRESHOLD
  if (state.runtimeListed && state.networkReady && !isLost) return ''
  const reasons: string[] = []
  if (!state.runtimeListed) reasons.push('container runtime status check may not have completed yet')
  else if (isLost) reasons.push('container runtime is down')
  if (state.runtimeListed && !state.networkReady)
    reasons.push(`container runtime network not ready: ${state.networkMessage}`)
  return reasons.length < 2 ? (reasons[0] ?? '') : `[${reasons.join(', ')}]`
}

type Times = Pick<Context, 'now' | 'clock'>

function factsOf(state: KubeletState, { now, clock }: Times): NodeFacts {
  const { config } = state
  return {
    name: config.node,
    ip: state.ip,
    capacity: config.capacity,
    labels: config.labels ?? {},
    taints: config.taints ?? [],
    machineID: machineID(config.node),
    bootID: state.disk.bootID,
    images: state.images,
    notReady: notReadyReason(state, now),
    memoryPressure: isPressed(state, 'memory'),
    diskPressure: isPressed(state, 'disk'),
    now: clock,
  }
}

/** What a report would say. `fresh` is the Node as just read; without it, as last seen. */
export function nodeReportOf(state: KubeletState, fresh: Node | null, times: Times): NodeReport {
  const current = fresh ?? state.apiNode
  const facts = factsOf(state, times)
  const now = times.clock
  const draft = newNode(facts)
  if (current === null) return { current, draft, now }
  return { current, draft: extended(draft, { status: nodeStatus(facts, current.status) }), now }
}

/** A turn of the status loop. */
export function statusTick(state: KubeletState, context: Context, runner: Runner, recorder: Recorder): void {
  context.timer(STATUS_PERIOD, { type: 'node-status' })
  if (isShort(state, context))
    for (const reason of evictions.get().watchPressure(state, context, runner, recorder))
      nodeEvent(state, recorder, reason)
  if (state.imagesChanged) {
    state.imagesChanged = false
    runner.start(state, 'listImages', [], context)
    return
  }
  reportNode(state, context, runner, recorder)
}

/** Writes the status if it says something new, or has not been written for long. */
export function reportNode(state: KubeletState, context: Context, runner: Runner, recorder: Recorder): void {
  noteReadiness(state, context.now, recorder)
  if (!state.registered || state.statusReporting || state.apiNode === null) return
  const due = context.now - state.nodeReportedAt >= REPORT_PERIOD
  if (!due && saysTheSame(state, state.apiNode, context)) return
  state.statusReporting = true
  runner.start(state, 'reportNodeStatus', [], context)
}

/** Whether the stored status is what would be written now. The same inputs are not compared twice. */
function saysTheSame(state: KubeletState, node: Node, times: Times): boolean {
  const { images, compared } = state
  const notReady = notReadyReason(state, times.now)
  const now = pressedNow(state)
  const pressed = now.length === 0 ? '' : now.join(' ')
  if (
    compared?.node === node &&
    compared.images === images &&
    compared.notReady === notReady &&
    compared.pressed === pressed
  )
    return true
  const same = sameNodeStatus(nodeStatus(factsOf(state, times), node.status), node.status)
  state.compared = same ? { node, images, notReady, pressed } : null
  return same
}

function noteReadiness(state: KubeletState, now: number, recorder: Recorder): void {
  const ready = notReadyReason(state, now) === ''
  if (state.wasReady === ready) return
  if (state.wasReady !== null || ready) nodeEvent(state, recorder, ready ? 'NodeReady' : 'NodeNotReady')
  state.wasReady = ready
}

/** The Events with which a kubelet begins. */
export function startEvents(state: KubeletState, recorder: Recorder): void {
  nodeEvent(state, recorder, 'Starting', 'Starting kubelet.')
  for (const reason of ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID'])
    nodeEvent(state, recorder, reason)
  nodeEvent(state, recorder, 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods')
}

export function rebootEvent(state: KubeletState, recorder: Recorder): void {
  const { node } = state.config
  const message = `Node ${node} has been rebooted, boot id: ${state.disk.bootID}`
  recorder({ object: nodeReference(node), type: 'Warning', reason: 'Rebooted', message })
}

function nodeEvent(state: KubeletState, recorder: Recorder, reason: string, text?: string): void {
  const { node } = state.config
  const message = text ?? `Node ${node} status is now: ${reason}`
  recorder({ object: nodeReference(node), type: 'Normal', reason, message })
}

/** The kubelet does not know its Node's uid when it starts, and uses the name instead. */
const nodeReference = (node: string) => ({ apiVersion: 'v1', kind: 'Node', name: node, uid: node })

/** A turn of the lease loop. */
export function leaseTick(state: KubeletState, context: Context, runner: Runner): void {
  context.timer(micros(LEASE_PERIOD * (1 + LEASE_JITTER * context.random())), { type: 'node-lease' })
  if (state.leasing || !state.registered) return
  state.leasing = true
  runner.start(state, 'renewLease', [leaseViewOf(state, context)], context)
}

export const leaseViewOf = ({ lease, apiNode: node }: KubeletState, { clock: now }: Context): LeaseView =>
  Object.freeze({ lease, node, now })

function machineID(node: string): string {
  let id = ''
  let hash = hashString(node)
  for (let i = 0; i < 4; i++) {
    hash = hashString(`${i}`, hash)
    id += hex32(hash)
  }
  return id
}

/** An address for a node that was given none, from the number in its name. */
export function defaultNodeIP(node: string): string {
  const digits = /([0-9]+)$/.exec(node)?.[1]
  const number = (digits === undefined ? hashString(node) % 60_000 : Number(digits)) + 9
  return `172.18.${Math.floor(number / 250) % 256}.${(number % 250) + 2}`
}
