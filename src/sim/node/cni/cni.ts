// The network plugins of a node: bridge with host-local addresses, called for each sandbox. Models cnitool's contract and
// containernetworking/plugins' bridge: a veth pair, an address, a default route. What plugins write to files is kept on
// disk; interfaces vanish with the power. Leaves out chained plugins, CHECK, and routes between nodes.
import { hex32 } from '../../api/hex.ts'
import { micros, milliseconds } from '../../kernel/micros.ts'
import type { Context, Delivery, Message, ProcessDefinition, ProcessId } from '../../kernel/process.ts'
import { hashString } from '../../kernel/random.ts'
import type { HostLocal } from './host-local.ts'
import { addressAt, hostLocal, release, reserve } from './host-local.ts'
import type { CniCall, CniRequestMessage, CniResult, CniResultMessage } from './messages.ts'

export interface CniConfig {
  readonly node: string
}

export interface CniState {
  readonly node: string
  /** The host's ends of veth pairs, by sandbox. */
  readonly interfaces: Map<string, string>
  readonly disk: HostLocal
}

/** A call takes this long: a process is started, and netlink asked for links, addresses and routes. */
const CALL_MICROS = { base: 18_000, spread: 22_000 }

/** A call whose work is being done. */
interface WorkMessage extends Message {
  readonly type: 'plugin-done'
  readonly to: ProcessId
  readonly id: number
  readonly call: CniCall
}

type Incoming = CniRequestMessage | WorkMessage | { readonly type: 'start' } | { readonly type: 'reset' }

export const cni: ProcessDefinition<CniState, CniConfig, Message> = {
  kind: 'cni',
  init: (_id, config, start) => ({
    node: config.node,
    interfaces: new Map(),
    disk: (start.disk as HostLocal | undefined) ?? hostLocal(),
  }),
  handle(state, delivery, context) {
    const message = delivery.message as Incoming
    if (message.type === 'cni') begin(message, delivery, context)
    else if (message.type === 'plugin-done') finish(state, message, context)
  },
}

function begin(message: CniRequestMessage, delivery: Delivery, context: Context): void {
  const quick = message.call.command === 'CONFIGURE'
  const after = quick
    ? milliseconds(1)
    : micros(CALL_MICROS.base + Math.floor(context.random() * CALL_MICROS.spread))
  const work: WorkMessage = { type: 'plugin-done', to: delivery.from, id: message.id, call: message.call }
  context.timer(after, work, { continues: true })
}

function finish(state: CniState, work: WorkMessage, context: Context): void {
  const answer: CniResultMessage = {
    type: 'cni-result',
    id: work.id,
    result: perform(state, work.call, context),
  }
  context.send(work.to, answer)
}

function perform(state: CniState, call: CniCall, context: Context): CniResult {
  switch (call.command) {
    case 'CONFIGURE':
      return configure(state, call.podCIDR, context)
    case 'ADD':
      return add(state, call.sandboxId, call.netns, call.pod, context)
    case 'DEL':
      return del(state, call.sandboxId, call.pod, context)
  }
}

function configure(state: CniState, podCIDR: string, context: Context): CniResult {
  if (state.disk.podCIDR === podCIDR) return { ok: true }
  state.disk.podCIDR = podCIDR
  const summary = `Pods of ${state.node} get addresses of ${podCIDR} on the bridge cni0`
  context.cause = context.trace({ type: 'network', step: 'route-added', summary })
  return { ok: true }
}

function add(state: CniState, sandboxId: string, netns: string, pod: string, context: Context): CniResult {
  if (state.disk.podCIDR === '') return { ok: false, message: 'cni plugin not initialized' }
  if (context.impairment('cni-failing') !== undefined)
    return {
      ok: false,
      message:
        'plugin type="bridge" failed (add): failed to create bridge "cni0": could not add "cni0": operation not supported',
    }
  const ip = reserve(state.disk, sandboxId)
  if (ip === null)
    return {
      ok: false,
      message: `plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set`,
    }
  const veth = `veth${hex32(hashString(sandboxId))}`
  const gateway = addressAt(state.disk.podCIDR, 1)
  state.interfaces.set(sandboxId, veth)
  // Nothing is composed that nobody reads.
  if (!context.reads('network')) context.cause = context.traceUnread(1)
  else {
    const summary = `${pod}: eth0 ${ip} in ${netns}, paired with ${veth} on cni0, default route via ${gateway}`
    context.cause = context.trace({ type: 'network', step: 'route-added', summary })
  }
  return { ok: true, add: { ip, gateway, veth } }
}

function del(state: CniState, sandboxId: string, pod: string, context: Context): CniResult {
  const ip = release(state.disk, sandboxId)
  const veth = state.interfaces.get(sandboxId)
  state.interfaces.delete(sandboxId)
  if (ip !== null) {
    const summary = `${pod}: ${ip} released${veth === undefined ? '' : `, ${veth} removed`}`
    context.cause = context.trace({ type: 'network', step: 'route-removed', summary })
  }
  return { ok: true }
}
