// A single etcd member without Raft, for the apiserver's own tests: revisions, transactions, watches from a revision and
// compaction, and levers to make it fail. It answers from memory; its disk survives a crash.
import type {
  EtcdEvent,
  EtcdOp,
  EtcdRequest,
  EtcdResponse,
  EtcdWatchCreate,
  EtcdWatchResponse,
  KeyValue,
  OpResult,
  TxnOp,
} from '../etcd/messages.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'
import type { Context, Delivery, KernelMessage, ProcessDefinition, ProcessId } from '../kernel/process.ts'

interface Watch {
  readonly client: ProcessId
  readonly id: number
  readonly key: string
  readonly end: string
}

interface FakeDisk {
  revision: number
  compacted: number
  keys: CowMap<KeyValue>
  history: CowMap<EtcdEvent>
}

export interface FakeEtcdState {
  disk: FakeDisk
  watches: Watch[]
  /** The next answers that are replaced by errors. */
  errors: string[]
  /** The next answers that are not given at all, though the request is carried out. */
  swallow: number
  mute: boolean
  /** Whether watches are told nothing, so that the apiserver's caches grow stale. */
  withheld: boolean
}

export type FakeEtcdOrder =
  | { readonly type: 'fail'; readonly errors: readonly string[] }
  | { readonly type: 'swallow'; readonly answers: number }
  | { readonly type: 'mute'; readonly mute: boolean }
  | { readonly type: 'compact-now'; readonly revision: number }
  | { readonly type: 'withhold'; readonly withheld: boolean }
  /** Sends the last event once more to everybody who watches it. */
  | { readonly type: 'repeat' }

type FakeMessage =
  | KernelMessage
  | EtcdRequest
  | EtcdWatchCreate
  | { readonly type: 'etcd-watch-cancel'; readonly id: number }
  | { readonly type: 'etcd-progress' }
  | FakeEtcdOrder

const COMPACTED = 'etcdserver: mvcc: required revision has been compacted'

export const fakeEtcd: ProcessDefinition<FakeEtcdState, unknown, FakeMessage> = {
  kind: 'fake-etcd',
  init: (_id, _config, start) => ({
    disk: (start.disk as FakeDisk | undefined) ?? {
      revision: 1,
      compacted: 0,
      keys: cowMap<KeyValue>(),
      history: cowMap<EtcdEvent>(),
    },
    watches: [],
    errors: [],
    swallow: 0,
    mute: false,
    withheld: false,
  }),
  handle(state, delivery, context) {
    const { message } = delivery
    switch (message.type) {
      case 'etcd-request':
        return answer(state, delivery.from, message, context)
      case 'etcd-watch-create':
        return openWatch(state, delivery.from, message, context)
      case 'etcd-watch-cancel':
        state.watches = state.watches.filter(
          (watch) => watch.client !== delivery.from || watch.id !== message.id,
        )
        return
      case 'etcd-progress':
        for (const watch of state.watches) {
          if (watch.client === delivery.from) tell(watch, state.disk.revision, [], context)
        }
        return
      default:
        return obey(state, delivery, context)
    }
  },
}

function obey(state: FakeEtcdState, { message }: Delivery<FakeMessage>, context: Context): void {
  if (message.type === 'fail') state.errors.push(...message.errors)
  if (message.type === 'swallow') state.swallow = message.answers
  if (message.type === 'mute') state.mute = message.mute
  if (message.type === 'withhold') state.withheld = message.withheld
  if (message.type === 'compact-now') state.disk.compacted = message.revision
  if (message.type === 'repeat') repeat(state, context)
  if (message.type === 'reset') state.watches = state.watches.filter((watch) => watch.client !== message.peer)
}

function repeat({ disk, watches }: FakeEtcdState, context: Context): void {
  const last = disk.history.get(disk.history.maxKey() ?? '')
  if (last === undefined) return
  for (const watch of watches) {
    if (last.kv.key >= watch.key && last.kv.key < watch.end) tell(watch, disk.revision, [last], context)
  }
}

function answer(
  state: FakeEtcdState,
  client: ProcessId,
  { id, request }: EtcdRequest,
  context: Context,
): void {
  if (state.mute) return
  const error = state.errors.shift()
  const events: EtcdEvent[] = []
  const outcome = error === undefined ? run(state.disk, request, events) : error
  const failed = typeof outcome === 'string'
  const response: EtcdResponse = {
    type: 'etcd-response',
    id,
    revision: state.disk.revision,
    raftTerm: 1,
    result: failed ? null : outcome,
    error: failed ? outcome : null,
  }
  if (state.swallow > 0) state.swallow--
  else context.send(client, response)
  if (events.length === 0 || state.withheld) return
  for (const watch of state.watches) {
    const wanted = events.filter(({ kv }) => kv.key >= watch.key && kv.key < watch.end)
    if (wanted.length > 0) tell(watch, state.disk.revision, wanted, context)
  }
}

function tell(watch: Watch, revision: number, events: readonly EtcdEvent[], context: Context): void {
  const message: EtcdWatchResponse = {
    type: 'etcd-watch',
    id: watch.id,
    revision,
    events,
    cancelled: null,
    compactRevision: 0,
  }
  context.send(watch.client, message)
}

function openWatch(state: FakeEtcdState, client: ProcessId, order: EtcdWatchCreate, context: Context): void {
  const watch: Watch = { client, id: order.id, key: order.key, end: order.end ?? `${order.key}\u0000` }
  const { disk } = state
  if (order.startRevision > 0 && order.startRevision <= disk.compacted) {
    const message: EtcdWatchResponse = {
      type: 'etcd-watch',
      id: order.id,
      revision: disk.revision,
      events: [],
      cancelled: COMPACTED,
      compactRevision: disk.compacted,
    }
    context.send(client, message)
    return
  }
  state.watches.push(watch)
  const missed: EtcdEvent[] = []
  disk.history.forEachPair((_key, event) => {
    const { kv } = event
    if (kv.modRevision >= order.startRevision && kv.key >= watch.key && kv.key < watch.end) missed.push(event)
  })
  if (missed.length > 0) tell(watch, disk.revision, missed, context)
}

function run(disk: FakeDisk, op: EtcdOp, events: EtcdEvent[]): OpResult | string {
  switch (op.op) {
    case 'range': {
      if ((op.revision ?? 0) > 0 && (op.revision ?? 0) < disk.compacted) return COMPACTED
      return range(disk, op.key, op.end, op.limit ?? 0, op.countOnly ?? false, op.revision ?? 0)
    }
    case 'txn':
      return transact(disk, op, events)
    case 'compact':
      disk.compacted = op.revision
      return { op: 'compact' }
    case 'lease-grant':
      return { op: 'lease-grant', lease: 7, ttlSeconds: op.ttlSeconds }
    case 'lease-revoke':
      return { op: 'lease-revoke' }
    case 'lease-keepalive':
      return { op: 'lease-keepalive', ttlSeconds: 1 }
  }
}

/** The past is rebuilt from the history, slowly. */
function range(
  disk: FakeDisk,
  key: string,
  end: string | undefined,
  limit: number,
  countOnly: boolean,
  revision: number,
): OpResult {
  let keys = disk.keys
  if (revision > 0) {
    keys = cowMap<KeyValue>()
    disk.history.forEachPair((_key, { type, kv }) => {
      if (kv.modRevision > revision) return
      if (type === 'put') keys.set(kv.key, kv)
      else keys.delete(kv.key)
    })
  }
  const found: KeyValue[] = []
  if (end === undefined) {
    const kv = keys.get(key)
    if (kv !== undefined) found.push(kv)
  } else keys.forRange(key, end, false, (_key, kv) => void found.push(kv))
  const kvs = countOnly ? [] : limit > 0 ? found.slice(0, limit) : found
  return { op: 'range', kvs, count: found.length, more: !countOnly && kvs.length < found.length }
}

function transact(disk: FakeDisk, op: TxnOp, events: EtcdEvent[]): OpResult {
  const succeeded = op.compare.every(({ key, target, value }) => {
    const kv = disk.keys.get(key)
    const present =
      target === 'mod' ? kv?.modRevision : target === 'create' ? kv?.createRevision : kv?.version
    return (present ?? 0) === value
  })
  const responses = (succeeded ? op.success : op.failure).map((step): OpResult => {
    if (step.op === 'range') return range(disk, step.key, step.end, step.limit ?? 0, false, 0)
    const previous = disk.keys.get(step.key) ?? null
    const modRevision = ++disk.revision
    if (step.op === 'delete') {
      disk.keys.delete(step.key)
      const kv = { key: step.key, value: null, createRevision: 0, modRevision, version: 0, lease: 0 }
      record(disk, { type: 'delete', kv, previous }, events)
      return { op: 'delete', deleted: previous === null ? 0 : 1, previous: [] }
    }
    const kv: KeyValue = Object.freeze({
      key: step.key,
      value: step.value,
      createRevision: previous?.createRevision ?? modRevision,
      modRevision,
      version: (previous?.version ?? 0) + 1,
      lease: step.lease ?? 0,
    })
    disk.keys.set(step.key, kv)
    record(disk, { type: 'put', kv, previous }, events)
    return { op: 'put', previous: null }
  })
  return { op: 'txn', succeeded, responses }
}

function record(disk: FakeDisk, event: EtcdEvent, events: EtcdEvent[]): void {
  Object.freeze(event)
  events.push(event)
  disk.history.set(String(disk.revision).padStart(12, '0'), event)
}
