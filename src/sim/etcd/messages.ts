// What travels between an apiserver and an etcd member (etcd's v3 gRPC API, cut to what Kubernetes uses), and between
// members. Values are objects shared by reference where the real system has bytes.
import type { ProcessId } from '../kernel/process.ts'
import type { RaftMessage } from './raft/index.ts'

/** A key with its value and metadata, as etcd's mvccpb.KeyValue. */
export interface KeyValue {
  readonly key: string
  readonly value: unknown
  readonly createRevision: number
  readonly modRevision: number
  readonly version: number
  readonly lease: number
}

export interface RangeOp {
  readonly op: 'range'
  readonly key: string
  /** Exclusive end; absent: the one key. */
  readonly end?: string
  readonly limit?: number
  /** 0 or absent: the newest. */
  readonly revision?: number
  readonly countOnly?: boolean
  /** Answer from this member's own state without asking for a quorum. */
  readonly serializable?: boolean
}

export interface PutOp {
  readonly op: 'put'
  readonly key: string
  readonly value: unknown
  readonly lease?: number
}

export interface DeleteRangeOp {
  readonly op: 'delete'
  readonly key: string
  readonly end?: string
}

/** `target` of the key compared with `value`; a key that does not exist has 0 everywhere. */
export interface Compare {
  readonly key: string
  readonly target: 'mod' | 'create' | 'version'
  readonly result: '=' | '!=' | '<' | '>'
  readonly value: number
}

export interface TxnOp {
  readonly op: 'txn'
  readonly compare: readonly Compare[]
  readonly success: readonly (RangeOp | PutOp | DeleteRangeOp)[]
  readonly failure: readonly (RangeOp | PutOp | DeleteRangeOp)[]
}

export type EtcdOp =
  | RangeOp
  | TxnOp
  | { readonly op: 'compact'; readonly revision: number }
  | { readonly op: 'lease-grant'; readonly ttlSeconds: number }
  | { readonly op: 'lease-revoke'; readonly lease: number }
  | { readonly op: 'lease-keepalive'; readonly lease: number }

export interface RangeResult {
  readonly op: 'range'
  readonly kvs: readonly KeyValue[]
  readonly count: number
  readonly more: boolean
}

export type OpResult =
  | RangeResult
  | { readonly op: 'put'; readonly previous: KeyValue | null }
  | { readonly op: 'delete'; readonly deleted: number; readonly previous: readonly KeyValue[] }
  | { readonly op: 'txn'; readonly succeeded: boolean; readonly responses: readonly OpResult[] }
  | { readonly op: 'compact' }
  | { readonly op: 'lease-grant'; readonly lease: number; readonly ttlSeconds: number }
  | { readonly op: 'lease-revoke' }
  | { readonly op: 'lease-keepalive'; readonly ttlSeconds: number }

export interface EtcdRequest {
  readonly type: 'etcd-request'
  readonly id: number
  readonly request: EtcdOp
}

export interface EtcdResponse {
  readonly type: 'etcd-response'
  readonly id: number
  /** The store's revision when the answer was made (the response header's). */
  readonly revision: number
  readonly raftTerm: number
  readonly result: OpResult | null
  /** etcd's own words, such as "etcdserver: request timed out"; null on success. */
  readonly error: string | null
}

export interface EtcdWatchCreate {
  readonly type: 'etcd-watch-create'
  readonly id: number
  readonly key: string
  readonly end?: string
  /** The first revision wanted; 0: from now. */
  readonly startRevision: number
}

export interface EtcdWatchCancel {
  readonly type: 'etcd-watch-cancel'
  readonly id: number
}

export interface EtcdEvent {
  readonly type: 'put' | 'delete'
  readonly kv: KeyValue
  readonly previous: KeyValue | null
}

/** All events of one or more whole revisions, in order. A progress notification has none. */
export interface EtcdWatchResponse {
  readonly type: 'etcd-watch'
  readonly id: number
  readonly revision: number
  readonly events: readonly EtcdEvent[]
  /** The member ended the watch: compacted (`compactRevision` says up to where), no leader, or cancelled. */
  readonly cancelled: string | null
  readonly compactRevision: number
}

/** Asks for a progress notification on every watch of this client, once they are up to date. */
export interface EtcdProgressRequest {
  readonly type: 'etcd-progress'
}

/** Between members. */
export interface RaftTransport {
  readonly type: 'raft'
  readonly message: RaftMessage
  /** The `seq` of the delivery that made the sender send this; a follower's answer repeats it in `re`. */
  readonly trigger: number
}

/** What members ask of each other, about themselves. */
export type MemberOp =
  | { readonly op: 'join'; readonly member: ProcessId; readonly joining: number }
  | { readonly op: 'alarm'; readonly member: ProcessId; readonly active: boolean }

/** A member that lost its disk asks all others to take it up again, as an operator would have them do. */
export interface EtcdJoin {
  readonly type: 'etcd-join'
  readonly joining: number
}

/** What the sender says from now on is meant for the member as it is now. */
export interface EtcdJoinSeen {
  readonly type: 'etcd-join-seen'
  readonly joining: number
}

export type EtcdMessage =
  | EtcdJoin
  | EtcdJoinSeen
  | EtcdRequest
  | EtcdResponse
  | EtcdWatchCreate
  | EtcdWatchCancel
  | EtcdWatchResponse
  | EtcdProgressRequest
  | RaftTransport
