// The apiserver's state: plain data, lost in a crash. Everything that must last is in etcd.

import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'
import type { Micros } from '../kernel/micros.ts'
import type { ProcessId } from '../kernel/process.ts'
import type { TaskTable } from '../kernel/task.ts'
import { taskTable } from '../kernel/task.ts'
import type { Agenda } from './agenda.ts'
import { agenda } from './agenda.ts'
import type { EtcdClientState } from './etcd-client.ts'
import { etcdClientState } from './etcd-client.ts'
import type { KubeletClientState } from './kubelet-client.ts'
import { kubeletClientState } from './kubelet-client.ts'
import { SERVED_KINDS } from './served-kinds.ts'
import type { ServiceAddresses } from './service-addresses.ts'
import { serviceAddresses } from './service-addresses.ts'
import type { WatchCache } from './watch-cache.ts'
import { watchCache } from './watch-cache.ts'

export interface ServerConfig {
  readonly etcd: readonly ProcessId[]
}

/** Where an open watch is found: for `cancel`, and for the end of its connection. */
export interface WatchPlace {
  readonly kind: string
  readonly watcher: string
}

/** A client's watch, as etcd serves it. */
export interface DirectWatch {
  /** Where the client's watch is found. */
  readonly place: string
  readonly kind: string
  readonly watcher: string
  /** Events up to here have been seen. */
  readonly revision: number
  /** Null: it waits for one that can be reached. */
  readonly member: ProcessId | null
  readonly sentSeq: number
}

/** A lease in etcd that events share. */
export interface EventLease {
  readonly lease: number
  readonly reusableUntil: Micros
  readonly keys: number
}

export interface ServerState {
  readonly etcd: EtcdClientState
  readonly kubelets: KubeletClientState
  readonly tasks: TaskTable
  /** By the kind's id. That of a kind without a cache only holds its watchers. */
  readonly caches: Readonly<Record<string, WatchCache>>
  /** The kind of each watch that etcd serves to this process, by the watch's id. */
  readonly watchKinds: Record<number, string>
  /** The clients' watches that etcd itself serves, by the number of etcd's watch. */
  readonly directWatches: Record<number, DirectWatch>
  /** Whether a timer is set for those that wait for a member. */
  directWatchesWait: boolean
  readonly agenda: Agenda
  readonly addresses: ServiceAddresses
  /** By client and the client's number. */
  readonly watchPlaces: CowMap<WatchPlace>
  readonly inFlight: { read: number; change: number }
  /** When the sweep of overdue requests comes; 0: it is not set. */
  sweepAt: number
  eventLease: EventLease | null
  /** What the last compaction found: its count, and the revision to compact to next time. */
  compaction: { readonly count: number; readonly revision: number }
}

export function serverState(config: ServerConfig): ServerState {
  const caches: Record<string, WatchCache> = {}
  for (const { id, prefix } of SERVED_KINDS) caches[id] = watchCache(id, prefix)
  return {
    etcd: etcdClientState(config.etcd),
    kubelets: kubeletClientState(),
    tasks: taskTable(),
    caches,
    watchKinds: {},
    directWatches: {},
    directWatchesWait: false,
    agenda: agenda(),
    addresses: serviceAddresses(),
    watchPlaces: cowMap<WatchPlace>(),
    inFlight: { read: 0, change: 0 },
    sweepAt: 0,
    eventLease: null,
    compaction: { count: 0, revision: 0 },
  }
}

export function cacheOf(state: ServerState, kind: string): WatchCache {
  const cache = state.caches[kind]
  if (cache === undefined) throw new Error(`no watch cache for ${kind}`)
  return cache
}

const SEPARATOR = '\u0001'

export const watchPlaceKey = (client: ProcessId, id: number): string => `${client}${SEPARATOR}${id}`

/** The keys of all watches that a client has open. */
export function watchPlacesOf(state: ServerState, client: ProcessId): string[] {
  const keys: string[] = []
  state.watchPlaces.forRange(`${client}${SEPARATOR}`, `${client}\u0002`, false, (key) => void keys.push(key))
  return keys
}
