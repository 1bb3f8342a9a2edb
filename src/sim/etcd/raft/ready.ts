// What a member wants done, and the host's word that it is done. One `Ready` is out at a time, as with etcd/raft's
// synchronous storage: while its disk works, a member hears everything but says nothing new.
import { assert } from '../../kernel/assert.ts'
import { entriesBetween, lastIndex, lastTerm, stableTo } from './log.ts'
import type { Entry, HardState, MemberId, RaftMessage, ReadState, Snapshot } from './messages.ts'
import { logIndex } from './messages.ts'
import { sendDueAppends } from './replication.ts'
import type { Raft, SoftState } from './state.ts'
import { step } from './step.ts'

/**
 * The host works in this order: send `messages`; write `snapshot`, `entries` and `hardState` to disk, and wait for it
 * when `mustSync`; send `messagesAfterPersist`; replace its state by `snapshot`, apply `committedEntries`, serve
 * `readStates`; call `advance`.
 */
export interface Ready {
  /** Null where nothing changed. */
  readonly softState: SoftState | null
  readonly hardState: HardState | null
  readonly snapshot: Snapshot | null
  readonly entries: readonly Entry[]
  /** False when only the commit index changed, which may be lost. */
  readonly mustSync: boolean
  readonly messages: readonly RaftMessage[]
  readonly messagesAfterPersist: readonly RaftMessage[]
  readonly committedEntries: readonly Entry[]
  readonly readStates: readonly ReadState[]
}

const nothing: readonly never[] = Object.freeze([])

const isHardStateChanged = ({ term, vote, log, savedHardState: saved }: Raft): boolean =>
  log.committed !== saved.commit || term !== saved.term || vote !== saved.vote

const isSoftStateChanged = ({ leader, role, savedSoftState: saved }: Raft): boolean =>
  leader !== saved.leader || role !== saved.role

function changedHardState(r: Raft): HardState | null {
  return isHardStateChanged(r) ? Object.freeze({ term: r.term, vote: r.vote, commit: r.log.committed }) : null
}

function changedSoftState(r: Raft): SoftState | null {
  return isSoftStateChanged(r) ? Object.freeze({ leader: r.leader, role: r.role }) : null
}

function hasReady(r: Raft): boolean {
  const { log } = r
  return (
    r.messages.length > 0 ||
    r.messagesAfterPersist.length > 0 ||
    log.stable < lastIndex(log) ||
    log.unstableSnapshot !== null ||
    log.applied < log.committed ||
    r.readStates.length > 0 ||
    isHardStateChanged(r) ||
    isSoftStateChanged(r)
  )
}

/** What a member says to itself, and what it says to others. */
function partition(
  messages: readonly RaftMessage[],
  self: MemberId,
): readonly [toSelf: readonly RaftMessage[], toOthers: readonly RaftMessage[]] {
  const first = messages[0]
  if (first === undefined) return [nothing, nothing]
  if (messages.length === 1) return first.to === self ? [messages, nothing] : [nothing, messages]
  return [messages.filter(({ to }) => to === self), messages.filter(({ to }) => to !== self)]
}

/** What is to be done now; null when there is nothing, or when the previous `Ready` is not finished. */
export function ready(r: Raft): Ready | null {
  if (r.outstanding !== null) return null
  if (r.appendsDue) sendDueAppends(r)
  if (!hasReady(r)) return null
  const { log } = r
  const last = lastIndex(log)
  const snapshot = log.unstableSnapshot
  const hardState = changedHardState(r)
  const softState = changedSoftState(r)
  const entries = log.stable < last ? entriesBetween(log, logIndex(log.stable + 1), last, Infinity) : nothing
  // A snapshot has to be in place before anything that follows it.
  const committedEntries =
    snapshot === null && log.applied < log.committed
      ? entriesBetween(log, logIndex(log.applied + 1), log.committed, Infinity)
      : nothing
  const appliedTo = snapshot === null ? log.committed : snapshot.index
  const saved = r.savedHardState
  const mustSync =
    entries.length > 0 ||
    snapshot !== null ||
    (hardState !== null && (hardState.term !== saved.term || hardState.vote !== saved.vote))
  const [toSelf, messagesAfterPersist] = partition(r.messagesAfterPersist, r.id)
  r.outstanding = {
    lastIndex: last,
    lastTerm: lastTerm(log),
    snapshotIndex: snapshot === null ? null : snapshot.index,
    appliedTo,
    toSelf,
  }
  const result: Ready = {
    softState,
    hardState,
    snapshot,
    entries,
    mustSync,
    messages: r.messages.length > 0 ? r.messages : nothing,
    messagesAfterPersist,
    committedEntries,
    readStates: r.readStates.length > 0 ? r.readStates : nothing,
  }
  if (r.messages.length > 0) r.messages = []
  if (r.messagesAfterPersist.length > 0) r.messagesAfterPersist = []
  if (r.readStates.length > 0) r.readStates = []
  if (hardState !== null) r.savedHardState = hardState
  if (softState !== null) r.savedSoftState = softState
  return result
}

/** The host has done all that the last `Ready` asked for. */
export function advance(r: Raft): void {
  const done = r.outstanding
  assert(done !== null, 'nothing is under way')
  r.outstanding = null
  const { log } = r
  if (done.snapshotIndex !== null && log.unstableSnapshot?.index === done.snapshotIndex) {
    log.snapshot = log.unstableSnapshot
    log.unstableSnapshot = null
  }
  stableTo(log, done.lastIndex, done.lastTerm)
  if (log.applied < done.appliedTo) log.applied = done.appliedTo
  if (log.applied > log.committed) assert(false, `applied ${log.applied} is past commit ${log.committed}`)
  // An acknowledgement or vote from a term that has passed meanwhile is ignored like any other.
  for (const message of done.toSelf) step(r, message)
}
