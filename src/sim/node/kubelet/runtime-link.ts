// The kubelet's connection to its runtime: answers, the loss of the connection and its return, and the network's state.
// Models updateRuntimeUp and updatePodCIDR of pkg/kubelet.
import type { Pod } from '../../api/objects.ts'
import type { EventDraft } from '../../client/index.ts'
import type { Context, ProcessId } from '../../kernel/process.ts'
import type { TaskRunner } from '../../kernel/task.ts'
import type { CriResult, RuntimeStatus } from '../runtime/cri.ts'
import { takeLost, UNAVAILABLE } from './cri-client.ts'
import { collectLeftovers } from './garbage.ts'
import { pullAnswered } from './image-puller.ts'
import { reportNode } from './node-reports.ts'
import type { RuntimeInventory } from './node-tasks.ts'
import { adoptInventory, beginWork } from './pod-sources.ts'
import type { CriPending, KubeletState } from './state.ts'

/** What the parts of a kubelet share: its tasks, its Events, and the Pods that its informer holds. */
export interface KubeletParts {
  readonly runner: TaskRunner<KubeletState>
  recordEvent(state: KubeletState, draft: EventDraft, context: Context): void
  listPods(state: KubeletState): readonly Pod[]
}

/** The runtime learns the Pod address range as soon as both are known. */
export function tellPodCIDR(state: KubeletState, context: Context, parts: KubeletParts): void {
  const podCIDR = state.apiNode?.spec.podCIDR ?? ''
  if (podCIDR === '' || podCIDR === state.podCIDR || !state.runtimeListed) return
  state.podCIDR = podCIDR
  parts.runner.start(state, 'configureNetwork', [podCIDR], context)
}

export function criAnswered(
  state: KubeletState,
  pending: CriPending | undefined,
  result: CriResult,
  context: Context,
  { runner }: KubeletParts,
): void {
  if (pending === undefined) return
  if (pending.method === 'PullImage') pullAnswered(state, result as CriResult<'PullImage'>, context, runner)
  else runner.resolve(state, pending.token, result, context)
}

/** The connection to the runtime is gone. Containers go on under their shims; the kubelet asks until it is back. */
export function runtimeLost(
  state: KubeletState,
  peer: ProcessId,
  upTo: number,
  context: Context,
  parts: KubeletParts,
): void {
  if (peer !== state.config.runtime) return
  const lost = takeLost(state, peer, upTo)
  // The next connection begins with a list of its own.
  state.whileListing = []
  const connected = state.runtimeListed && state.runtimeLostAt === null
  if (connected) state.runtimeLostAt = context.now
  for (const pending of lost) criAnswered(state, pending, UNAVAILABLE, context, parts)
  if (connected) parts.runner.start(state, 'connectRuntime', [], context)
}

export function runtimeConnected(
  state: KubeletState,
  inventory: RuntimeInventory,
  context: Context,
  parts: KubeletParts,
): void {
  state.runtimeListed = true
  state.runtimeLostAt = null
  state.images = inventory.images
  state.podCIDR = ''
  networkStatus(state, inventory.status, context, parts)
  adoptInventory(state, inventory, context, parts.runner)
  tellPodCIDR(state, context, parts)
  beginWork(state, parts.listPods(state), context, parts.runner, parts.recordEvent)
  collectLeftovers(state, context)
}

export function networkStatus(
  state: KubeletState,
  status: RuntimeStatus,
  context: Context,
  parts: KubeletParts,
): void {
  state.networkReady = status.networkReady
  const { networkReason: reason, networkMessage: message } = status
  state.networkMessage = status.networkReady ? '' : `NetworkReady=false reason:${reason} message:${message}`
  reportNode(state, context, parts.runner, (draft) => parts.recordEvent(state, draft, context))
}
