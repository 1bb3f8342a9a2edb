// How entries reach the other members and become committed: appends, their answers and the commit rule.
// Models that part of etcd/raft's raft.go. Appends are bounded by a number of entries instead of bytes, and made when a
// `Ready` is: what has come together meanwhile travels in one, where etcd's streams join the messages on the wire.
import {
  append,
  commitTo,
  entriesBetween,
  findConflictByTerm,
  firstIndex,
  lastIndex,
  matchesTerm,
  maybeAppend,
  termAt,
} from './log.ts'
import type { Entry, LogIndex, MemberId, MsgApp, MsgAppResp } from './messages.ts'
import { logIndex } from './messages.ts'
import {
  becomeProbe,
  becomeReplicate,
  canBumpCommit,
  freeInflight,
  isPaused,
  maybeDecrement,
  maybeUpdate,
  sentEntries,
} from './progress.ts'
import { releaseEarlyReads } from './read-index.ts'
import { send } from './send.ts'
import { maybeSendSnapshot } from './snapshot.ts'
import type { Raft } from './state.ts'
import { progressOf, quorumValue } from './state.ts'

const NO_ENTRIES: readonly Entry[] = Object.freeze([])

/** Adds entries of this term to the leader's own log; it acknowledges them to itself once they are on its disk. */
export function appendPayloads(r: Raft, payloads: readonly unknown[]): void {
  const first = lastIndex(r.log) + 1
  const entries: readonly Entry[] = payloads.map((data, i) =>
    Object.freeze({ index: logIndex(first + i), term: r.term, data }),
  )
  append(r.log, entries)
  send(r, { type: 'MsgAppResp', from: r.id, to: r.id, term: r.term, reject: false, index: lastIndex(r.log) })
}

/** The next `Ready` sends the member what it lacks; with `anything` also when that is nothing but the commit index. */
export function wantAppend(r: Raft, to: MemberId, due: 'entries' | 'anything'): void {
  const pr = progressOf(r, to)
  if (pr.due !== 'anything') pr.due = due
  r.appendsDue = true
}

/** Puts the appends that are due into the outbox. */
export function sendDueAppends(r: Raft): void {
  r.appendsDue = false
  // Who was deposed since then sends no more.
  if (r.role !== 'leader') return
  const { members } = r
  for (let i = 0; i < members.length; i++) {
    const id = members[i]
    if (id === undefined) continue
    const pr = progressOf(r, id)
    if (pr.due === 'nothing') continue
    const sendIfEmpty = pr.due === 'anything'
    pr.due = 'nothing'
    // One append may not hold everything.
    if (maybeSendAppend(r, id, sendIfEmpty)) while (maybeSendAppend(r, id, false));
  }
}

/** Sends what the member lacks, or nothing new when `sendIfEmpty`. Returns whether a message was sent. */
function maybeSendAppend(r: Raft, to: MemberId, sendIfEmpty: boolean): boolean {
  const pr = progressOf(r, to)
  if (isPaused(pr)) return false
  const index = logIndex(pr.next - 1)
  const logTerm = termAt(r.log, index)
  if (logTerm === undefined) return maybeSendSnapshot(r, to)

  const windowFull = pr.state === 'replicate' && pr.inflight.length >= r.options.maxInflightMessages
  const nothingNew = windowFull || pr.next > lastIndex(r.log)
  if (nothingNew && !sendIfEmpty) return false
  const entries = nothingNew
    ? NO_ENTRIES
    : entriesBetween(r.log, pr.next, lastIndex(r.log), r.options.maxEntriesPerMessage)
  const commit = r.log.committed
  send(r, { type: 'MsgApp', from: r.id, to, term: r.term, index, logTerm, entries, commit })
  sentEntries(pr, entries.length, r.options.maxInflightMessages)
  pr.sentCommit = commit
  return true
}

export function broadcastAppend(r: Raft): void {
  const { members } = r
  for (let i = 0; i < members.length; i++) {
    const id = members[i]
    if (id !== undefined && id !== r.id) wantAppend(r, id, 'anything')
  }
}

/**
 * Commits what a majority holds, if it is of this term. An entry of an older term commits only together with a newer
 * one, because a majority that holds it could still be overruled by a member with a later term (Raft, figure 8).
 */
function maybeCommit(r: Raft): boolean {
  const index = logIndex(quorumValue(r, (id) => progressOf(r, id).match))
  if (index <= r.log.committed || !matchesTerm(r.log, index, r.term)) return false
  commitTo(r.log, index)
  return true
}

/** A follower takes entries from its leader. */
export function handleAppend(r: Raft, m: MsgApp): void {
  const matched =
    m.index < r.log.committed ? r.log.committed : maybeAppend(r.log, m.index, m.logTerm, m.entries, m.commit)
  if (matched !== undefined) {
    send(r, { type: 'MsgAppResp', from: r.id, to: m.from, term: r.term, reject: false, index: matched })
    return
  }
  const { index: rejectHint, term: logTerm } = findConflictByTerm(
    r.log,
    logIndex(Math.min(m.index, lastIndex(r.log))),
    m.logTerm,
  )
  const details = { reject: true, index: m.index, rejectHint, logTerm } as const
  send(r, { type: 'MsgAppResp', from: r.id, to: m.from, term: r.term, ...details })
}

/** A leader hears how an append went. */
export function handleAppendResponse(r: Raft, m: MsgAppResp): void {
  const pr = progressOf(r, m.from)
  pr.recentActive = true
  if (!m.reject) {
    handleAccepted(r, m.from, m.index)
    return
  }
  // The follower has term logTerm at rejectHint, so every place where this log has a later term cannot agree either.
  const next = m.logTerm > 0 ? findConflictByTerm(r.log, m.rejectHint, m.logTerm).index : m.rejectHint
  if (maybeDecrement(pr, m.index, next)) {
    if (pr.state === 'replicate') becomeProbe(pr)
    wantAppend(r, m.from, 'anything')
  }
}

function handleAccepted(r: Raft, from: MemberId, index: LogIndex): void {
  const pr = progressOf(r, from)
  // An acknowledgement of what is known still tells that a probed member is in step again.
  if (!maybeUpdate(pr, index) && !(pr.match === index && pr.state === 'probe')) return
  switch (pr.state) {
    case 'probe':
      becomeReplicate(pr)
      break
    case 'snapshot':
      // Whatever snapshot it got: once its log joins this one, entries can follow.
      if (pr.match + 1 >= firstIndex(r.log)) becomeReplicate(pr)
      break
    case 'replicate':
      freeInflight(pr, index)
      break
  }
  // Who acknowledges what is committed already adds nothing to the count.
  if (index > r.log.committed && maybeCommit(r)) {
    releaseEarlyReads(r)
    broadcastAppend(r)
  } else if (from !== r.id && canBumpCommit(pr, r.log.committed)) {
    wantAppend(r, from, 'anything')
  }
  if (from === r.id) return
  wantAppend(r, from, 'entries')
  if (from === r.leadTransferee && pr.match === lastIndex(r.log)) sendTimeoutNow(r, from)
}

export function sendTimeoutNow(r: Raft, to: MemberId): void {
  send(r, { type: 'MsgTimeoutNow', from: r.id, to, term: r.term })
}
