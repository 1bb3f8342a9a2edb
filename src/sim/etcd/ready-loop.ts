// What Raft wants done: messages out, entries to disk, committed entries to the store. One piece of work at a time; the
// disk takes about a millisecond, and what a follower acknowledges is on its disk. Models etcdserver's raft.go and apply.
import { assert } from '../kernel/assert.ts'
import { micros } from '../kernel/micros.ts'
import type { Context } from '../kernel/process.ts'
import { processId } from '../kernel/process.ts'
import { applyCommand } from './apply.ts'
import type { Command, MemberState } from './member-state.ts'
import { storeOf } from './member-state.ts'
import type { RaftTransport } from './messages.ts'
import type { Store } from './mvcc/index.ts'
import { newLessor, restoreWatchers } from './mvcc/index.ts'
import type { Entry, RaftMessage, Ready } from './raft/index.ts'
import { advance, ready, writeDisk } from './raft/index.ts'
import { answerReadyReads, confirmRound } from './requests.ts'
import { keepSnapshot, nextSnapshotIndex, storeAfter } from './store-snapshot.ts'
import { deliverToWatchers } from './watch-streams.ts'

/** An fsync on a good SSD: 0.6 to 1.6 ms. */
const FSYNC_MICROS = 600
const FSYNC_SPREAD_MICROS = 1_000
const FLUSHED = Object.freeze({ type: 'flushed' })
const CONTINUES = Object.freeze({ continues: true })
/** A new leader gives leases this much more than their time, so that clients can find it. */
const LEASE_EXTENSION = micros(1_000_000)

/** Works off what Raft has to do, until it waits for the disk. */
export function workOff(state: MemberState, context: Context): void {
  while (state.flush === null) {
    const work = ready(state.raft)
    if (work === null) break
    begin(state, work, context)
  }
  tellState(state, context)
}

function begin(state: MemberState, work: Ready, context: Context): void {
  if (work.softState !== null) roleChanged(state, context)
  if (state.raft.role === 'leader') tellEntries(work.entries, 'proposed', context)
  transmitAll(state, work.messages, context)
  if (!work.mustSync) return finish(state, work, context)
  state.flush = { ready: work, trigger: state.trigger }
  const after = micros(FSYNC_MICROS + Math.floor(context.random() * FSYNC_SPREAD_MICROS) + diskDelay(context))
  context.timer(after, FLUSHED, CONTINUES)
}

function diskDelay(context: Context): number {
  const slow = context.impairment('disk-slow')
  return typeof slow === 'number' ? slow : 0
}

export function finishFlush(state: MemberState, context: Context): void {
  const { flush } = state
  assert(flush !== null, 'nothing was being written')
  state.flush = null
  state.trigger = flush.trigger
  tellEntries(flush.ready.entries, 'persisted', context)
  finish(state, flush.ready, context)
}

/** Everything of a `Ready` that comes after the disk. */
function finish(state: MemberState, work: Ready, context: Context): void {
  writeDisk(state.disk, work)
  transmitAll(state, work.messagesAfterPersist, context)
  if (work.snapshot !== null) {
    state.store = storeOf(work.snapshot)
    restoreWatchers(state.hub, state.store)
    deliverToWatchers(state, context)
  }
  const snapshotIndex = nextSnapshotIndex(state)
  let kept: Store | null = null
  const { committedEntries, readStates } = work
  for (let i = 0; i < committedEntries.length; i++) {
    const entry = committedEntries[i]
    if (entry === undefined) continue
    apply(state, entry, context)
    if (entry.index === snapshotIndex) kept = storeAfter(entry, state.store)
  }
  if (readStates.length > 0)
    for (const { context: round, index } of readStates) confirmRound(state, round, index)
  advance(state.raft)
  answerReadyReads(state, context)
  if (kept !== null) keepSnapshot(state, snapshotIndex, kept)
}

function apply(state: MemberState, entry: Entry, context: Context): void {
  const command = entry.data as Command | null
  const { cause } = context
  // The delivery that committed the entry is its cause where it is about this entry; where it merely came along with
  // another one, the client's request is.
  if (command !== null && state.trigger !== command.cause) context.cause = command.cause
  if (state.raft.role === 'leader') tellCommitted(state, entry, command, context)
  if (command !== null) {
    applyCommand(state, command, entry.index <= state.replayedUpTo, context)
    deliverToWatchers(state, context)
  }
  context.cause = cause
}

/** To go through a frozen list step by step takes a fraction of what an iterator takes, here and wherever it is done often. */
function transmitAll(state: MemberState, messages: readonly RaftMessage[], context: Context): void {
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]
    if (message !== undefined) transmit(state, message, context)
  }
}

function transmit(state: MemberState, message: RaftMessage, context: Context): void {
  if (message.type === 'MsgSnap') state.snapshotTicks[message.to] = 0
  const trigger = triggerOf(state, message)
  const carried: RaftTransport = Object.freeze({ type: 'raft', message: frozen(message), trigger })
  const { cause } = context
  // An entry that had to wait for the disk, or for the answer to another one, is sent on its own request's behalf.
  if (trigger !== state.trigger) context.cause = trigger
  context.send(processId(message.to), carried)
  context.cause = cause
}

/** All that a message holds is frozen but for its lists, and nobody has to look for that. */
function frozen(message: RaftMessage): RaftMessage {
  if (message.type === 'MsgApp') Object.freeze(message.entries)
  else if (message.type === 'MsgProp') Object.freeze(message.data)
  return Object.freeze(message)
}

/** Which client's request a message is about: the last entry that it carries, or what made this member send it. */
function triggerOf(state: MemberState, message: RaftMessage): number {
  if (message.type !== 'MsgApp') return state.trigger
  const last = message.entries[message.entries.length - 1]
  const command = last?.data as Command | null | undefined
  return command?.cause ?? state.trigger
}

function roleChanged(state: MemberState, context: Context): void {
  const leads = state.raft.role === 'leader'
  if (leads && state.lessor === null)
    state.lessor = newLessor(state.store.leases, context.now, LEASE_EXTENSION)
  if (!leads) state.lessor = null
}

// ── telling ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function tellEntries(entries: readonly Entry[], step: 'proposed' | 'persisted', context: Context): void {
  if (!context.reads('raft-entry')) {
    context.traceUnread(entries.length)
    return
  }
  for (const { index, term, data } of entries) {
    const command = data as Command | null
    context.trace({ type: 'raft-entry', step, index, term, proposal: command?.cause ?? 0 })
  }
}

function tellCommitted(
  state: MemberState,
  { index, term }: Entry,
  command: Command | null,
  context: Context,
): void {
  if (!context.reads('raft-entry')) {
    context.traceUnread(1)
    return
  }
  const { raft } = state
  const acknowledged = raft.members.filter((member) => (raft.progress[member]?.match ?? 0) >= index)
  context.trace({
    type: 'raft-entry',
    step: 'committed',
    index,
    term,
    proposal: command?.cause ?? 0,
    acknowledged,
  })
}

function tellState(state: MemberState, context: Context): void {
  const { role, term, vote, leader, log } = state.raft
  const lastIndex = log.offset + log.entries.length
  const { told } = state
  const { committed, applied } = log
  if (
    told.commit === committed &&
    told.applied === applied &&
    told.lastIndex === lastIndex &&
    told.term === term &&
    told.role === role &&
    told.vote === vote &&
    told.leader === leader
  )
    return
  told.role = role
  told.term = term
  told.vote = vote
  told.leader = leader
  told.lastIndex = lastIndex
  told.commit = committed
  told.applied = applied
  if (!context.reads('raft-state')) {
    context.traceUnread(1)
    return
  }
  const names = { vote: vote ?? '', leader: leader ?? '' }
  context.trace({ type: 'raft-state', role, term, ...names, lastIndex, commit: committed, applied })
}
