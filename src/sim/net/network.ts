// The links between hosts: how long a message takes, and what partitions and slow links do to it. Order on a connection
// is kept by the kernel. Not modelled: bandwidth, and the size of messages.
import type { LinkLever, Network } from '../kernel/machine-room.ts'
import type { Micros } from '../kernel/micros.ts'
import type { HostName } from '../kernel/process.ts'

interface Selection {
  readonly from: readonly string[]
  readonly to: readonly string[]
}

export interface NetworkState {
  /** By the id of the fault that made them. */
  readonly blocks: Record<string, Selection>
  readonly delays: Record<string, Selection & { readonly extraMicros: number }>
}

/** One-way latency in microseconds: a fixed part and a random one. */
interface Latency {
  readonly base: number
  readonly spread: number
}

/** Loopback, one data centre, and from the user's computer to the cluster. */
const LOOPBACK: Latency = { base: 40, spread: 60 }
const DATA_CENTRE: Latency = { base: 250, spread: 350 }
const FROM_OUTSIDE: Latency = { base: 1_500, spread: 1_000 }

/** etcd's peers drop what a stream cannot carry (rafthttp); every other protocol here is TCP that sends again. */
const NEVER_SENT_AGAIN: ReadonlySet<string> = new Set(['raft'])

/** `clientHosts` are outside the data centre. */
export function clusterNetwork(clientHosts: readonly string[]): Network {
  const outside: ReadonlySet<string> = new Set(clientHosts)
  const latency = (from: HostName, to: HostName): Latency => {
    if (from === to) return LOOPBACK
    return outside.has(from) || outside.has(to) ? FROM_OUTSIDE : DATA_CENTRE
  }
  const network: Network<NetworkState> = {
    init: () => ({ blocks: {}, delays: {} }),
    route(state, from, to, type, now, random) {
      const { base, spread } = latency(from.host, to.host)
      const flight = Math.floor(base + spread * random()) + extraDelay(state, from.host, to.host)
      if (isBlocked(state, from.host, to.host))
        return { arrives: false, stranded: !NEVER_SENT_AGAIN.has(type) }
      return { arrives: true, deliveredAt: (now + flight) as Micros }
    },
    blocked: isBlocked,
    pull,
  }
  return network as Network
}

function isBlocked(state: NetworkState, from: HostName, to: HostName, by?: string): boolean {
  if (from === to) return false
  if (by !== undefined) return selects(state.blocks[by], from, to)
  for (const id of Object.keys(state.blocks)) if (selects(state.blocks[id], from, to)) return true
  return false
}

function extraDelay(state: NetworkState, from: HostName, to: HostName): number {
  let extra = 0
  for (const id of Object.keys(state.delays)) {
    const delay = state.delays[id]
    if (delay !== undefined && selects(delay, from, to)) extra += delay.extraMicros
  }
  return extra
}

const selects = (selection: Selection | undefined, from: HostName, to: HostName): boolean =>
  selection !== undefined && names(selection.from, from) && names(selection.to, to)

const names = (group: readonly string[], host: HostName): boolean =>
  group.includes('*') || group.includes(host)

function pull(state: NetworkState, lever: LinkLever): void {
  switch (lever.lever) {
    case 'block':
      state.blocks[lever.id] = { from: lever.from, to: lever.to }
      return
    case 'delay':
      state.delays[lever.id] = { from: lever.from, to: lever.to, extraMicros: lever.extraMicros }
      return
    case 'unlink':
      delete state.blocks[lever.id]
      delete state.delays[lever.id]
  }
}
