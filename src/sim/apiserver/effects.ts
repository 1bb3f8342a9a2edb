// What a request's task may ask of the apiserver's process. Results are plain data and are never changed.
import type { HttpRequest } from '../api/http.ts'
import type { KubeObject } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import type { EtcdOp, KeyValue } from '../etcd/messages.ts'
import type { Micros } from '../kernel/micros.ts'
import type { Context, ProcessId } from '../kernel/process.ts'
import type { Effect, Task } from '../kernel/task.ts'
import { perform } from '../kernel/task.ts'
import type { EtcdAnswer } from './etcd-client.ts'
import type { KubeletAnswer } from './kubelet-client.ts'
import { reject } from './rejection.ts'
import type { Selection } from './selection.ts'
import type { ServerState } from './state.ts'
import type { ObjectForm } from './watcher.ts'

export interface ListedObjects {
  readonly items: readonly KubeObject[]
  readonly revision: number
  /** With a limit: the last key of the page, where more follow, and how many. */
  readonly more: { readonly lastKey: string; readonly remaining: number } | null
}

export interface WatchOrder {
  readonly client: ProcessId
  readonly id: number
  readonly request: number
  readonly kind: string
  readonly selection: Selection
  /** Null: begin with the present objects as ADDED. */
  readonly from: number | null
  /** Those present objects, where no cache has them. */
  readonly present: readonly KubeObject[]
  readonly bookmarks: boolean
  /** A bookmark that marks the end of the initial objects. */
  readonly marksInitialEnd: boolean
  /** Undefined: 30 to 60 min, at random. */
  readonly timeoutSeconds: number | undefined
  readonly form: ObjectForm
}

/** Part of a request that waits for nothing: it sees the server as it is at that moment. */
export type Step<R> = (state: ServerState, context: Context) => R

/** What came of a step. */
export type StepOutcome = { readonly value: unknown } | { readonly refused: Status }

export type ServerEffect =
  | { readonly effect: 'step'; readonly run: Step<unknown> }
  | { readonly effect: 'etcd'; readonly op: EtcdOp }
  | { readonly effect: 'kubelet'; readonly node: string; readonly request: HttpRequest }
  | { readonly effect: 'sleep'; readonly micros: Micros }
  | { readonly effect: 'ready'; readonly kind: string }
  | { readonly effect: 'fresh'; readonly kind: string; readonly revision: number }
  | { readonly effect: 'lookup'; readonly kind: string; readonly key: string }
  | {
      readonly effect: 'cached-list'
      readonly kind: string
      readonly selection: Selection
      readonly limit: number
    }
  | { readonly effect: 'watch'; readonly order: WatchOrder }
  | { readonly effect: 'now' }
  | {
      readonly effect: 'install-list'
      readonly kind: string
      readonly kvs: readonly KeyValue[]
      readonly revision: number
    }
  | { readonly effect: 'release-addresses'; readonly service: KubeObject; readonly keep: KubeObject | null }

/** Takes a step, at once. A Rejection in it ends the request as one between steps does. */
export function* step<R>(run: Step<R>): Task<R> {
  const effect: ServerEffect = { effect: 'step', run }
  const outcome = (yield effect as Effect) as { readonly value: R } | { readonly refused: Status }
  return 'refused' in outcome ? reject(outcome.refused) : outcome.value
}

function ask<R>(effect: ServerEffect): Task<R> {
  return perform<R>(effect as Effect)
}

export const callEtcdStore = (op: EtcdOp): Task<EtcdAnswer> => ask({ effect: 'etcd', op })
/** Asks the kubelet of a node. */
export const askKubelet = (node: string, request: HttpRequest): Task<KubeletAnswer> =>
  ask({ effect: 'kubelet', node, request })
export const sleep = (micros: Micros): Task<void> => ask({ effect: 'sleep', micros })
/** Waits for the kind's cache to have its first list. */
export const untilReady = (kind: string): Task<void> => ask({ effect: 'ready', kind })
/** The cache's revision: at least the one asked for, unless it could not catch up in 3 s. */
export const untilFresh = (kind: string, revision: number): Task<number> =>
  ask({ effect: 'fresh', kind, revision })
/** The object as the watch cache has it. */
export const lookup = (kind: string, key: string): Task<KubeObject | null> =>
  ask({ effect: 'lookup', kind, key })
export const cachedList = (kind: string, selection: Selection, limit: number): Task<ListedObjects> =>
  ask({ effect: 'cached-list', kind, selection, limit })
/** Opens the watch and sends the head of its response. */
export const openWatch = (order: WatchOrder): Task<void> => ask({ effect: 'watch', order })
export const currentTime = (): Task<Micros> => ask({ effect: 'now' })
/** Gives back what a Service had been given that was not stored, except what `keep` holds. */
export const releaseAddresses = (service: KubeObject, keep: KubeObject | null): Task<void> =>
  ask({ effect: 'release-addresses', service, keep })
/** Makes a list of etcd the watch cache of its kind, and watches what follows it. */
export const installList = (kind: string, kvs: readonly KeyValue[], revision: number): Task<void> =>
  ask({ effect: 'install-list', kind, kvs, revision })
