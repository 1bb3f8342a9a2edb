// Clients' watches on a member: which stream gets which events, and when a stream ends. Models etcd's v3rpc/watch.go.
import { micros } from '../kernel/micros.ts'
import type { Context, ProcessId } from '../kernel/process.ts'
import type { MemberState, PendingRead } from './member-state.ts'
import type { EtcdWatchCreate, EtcdWatchResponse } from './messages.ts'
import type { WatchBatch } from './mvcc/index.ts'
import { addWatcher, deliverNew, deliverPast, removeWatcher, syncWatchersMicros } from './mvcc/index.ts'

/** A member without a leader for so long ends the watches of clients that ask for one, as Kubernetes does. */
const LEADERLESS_TICKS = 30

const streamKey = (client: ProcessId, id: number): string => `${client}#${id}`

export function createWatch(
  state: MemberState,
  client: ProcessId,
  message: EtcdWatchCreate,
  context: Context,
): void {
  const { id, key, end, startRevision } = message
  const stream = streamKey(client, id)
  state.streams.set(stream, { client, id, cause: context.cause })
  addWatcher(state.hub, stream, { key, ...(end !== undefined && { end }) }, startRevision)
  scheduleCatchUp(state, context)
}

export function cancelWatch(state: MemberState, client: ProcessId, id: number): void {
  closeStream(state, streamKey(client, id))
}

function closeStream(state: MemberState, stream: string): void {
  state.streams.delete(stream)
  removeWatcher(state.hub, stream)
}

/**
 * The client is gone, with everything it asked for up to `upTo`. What was proposed may still be applied; a successor of
 * the client, whose numbers may be the same, gets no answer to it.
 */
export function closeClient(state: MemberState, client: ProcessId, upTo: number): void {
  for (const [key, stream] of state.streams)
    if (stream.client === client && stream.cause <= upTo) closeStream(state, key)
  for (const [number, request] of state.pending)
    if (request.client === client && request.cause <= upTo) state.pending.delete(number)
  const isOpen = (read: PendingRead): boolean => read.client !== client || read.cause > upTo
  const { reads } = state
  reads.next = reads.next.filter(isOpen)
  if (reads.current !== null) reads.current = { ...reads.current, reads: reads.current.reads.filter(isOpen) }
}

/** Sends what has just been applied to those who watch it. */
export function deliverToWatchers(state: MemberState, context: Context): void {
  const batches = deliverNew(state.hub, state.store)
  if (batches.length > 0) for (const batch of batches) send(state, batch, context)
  scheduleCatchUp(state, context)
}

function scheduleCatchUp(state: MemberState, context: Context): void {
  if (state.catchingUp || state.hub.unsynced.length === 0) return
  state.catchingUp = true
  context.timer(micros(syncWatchersMicros), { type: 'catch-up' }, { continues: true })
}

export function catchUp(state: MemberState, context: Context): void {
  state.catchingUp = false
  for (const batch of deliverPast(state.hub, state.store)) {
    send(state, batch, context)
    if (batch.kind === 'compacted') state.streams.delete(batch.id)
  }
  scheduleCatchUp(state, context)
}

function send(state: MemberState, batch: WatchBatch, context: Context): void {
  const stream = state.streams.get(batch.id)
  if (stream === undefined) return
  // Events are frozen as they are.
  const events = Object.freeze(batch.kind === 'events' ? batch.events : [])
  const response: EtcdWatchResponse = Object.freeze({
    type: 'etcd-watch',
    id: stream.id,
    revision: state.store.revision,
    events,
    cancelled: batch.kind === 'compacted' ? 'etcdserver: mvcc: required revision has been compacted' : null,
    compactRevision: batch.kind === 'compacted' ? batch.compactRevision : 0,
  })
  context.send(stream.client, response)
}

/** Tells each of the client's watches how far it is. */
export function reportProgress(state: MemberState, client: ProcessId, context: Context): void {
  for (const [key, stream] of state.streams) {
    if (stream.client !== client || state.hub.watchers.get(key)?.synced !== true) continue
    const progress: EtcdWatchResponse = {
      type: 'etcd-watch',
      id: stream.id,
      revision: state.store.revision,
      events: [],
      cancelled: null,
      compactRevision: 0,
    }
    context.send(client, progress)
  }
}

export function cancelLeaderless(state: MemberState, context: Context): void {
  if (state.leaderlessTicks < LEADERLESS_TICKS) return
  for (const [key, stream] of state.streams) {
    const end: EtcdWatchResponse = {
      type: 'etcd-watch',
      id: stream.id,
      revision: state.store.revision,
      events: [],
      cancelled: 'etcdserver: no leader',
      compactRevision: 0,
    }
    context.send(stream.client, end)
    closeStream(state, key)
  }
}
