// The four roles and the ways into them.
import { assert } from '../../kernel/assert.ts'
import { lastIndex } from './log.ts'
import type { MemberId, Term } from './messages.ts'
import { term } from './messages.ts'
import { becomeReplicate, newProgress } from './progress.ts'
import { appendPayloads } from './replication.ts'
import type { Raft } from './state.ts'
import { newReadIndexQueue, progressOf } from './state.ts'

function reset(r: Raft, newTerm: Term): void {
  if (r.term !== newTerm) {
    assert(newTerm > r.term, 'terms only grow')
    r.term = newTerm
    r.vote = null
  }
  r.leader = null
  r.leadTransferee = null
  r.electionElapsed = 0
  r.heartbeatElapsed = 0
  r.randomizedElectionTicks = 0
  r.votes = {}
  r.reads = newReadIndexQueue()
  r.joining = {}
  for (const id of r.members) r.progress[id] = newProgress(lastIndex(r.log))
  // Only what is on its own disk counts for a member: entries still being written are acknowledged by `advance`.
  progressOf(r, r.id).match = r.log.stable
}

export function becomeFollower(r: Raft, newTerm: Term, leader: MemberId | null): void {
  reset(r, newTerm)
  r.role = 'follower'
  r.leader = leader
}

/** Asks around first: neither term nor vote change, so a member that was cut off disturbs nobody when it returns. */
export function becomePreCandidate(r: Raft): void {
  assert(r.role !== 'leader', 'a leader does not campaign')
  r.role = 'pre-candidate'
  r.votes = {}
  r.leader = null
}

export function becomeCandidate(r: Raft): void {
  assert(r.role !== 'leader', 'a leader does not campaign')
  reset(r, term(r.term + 1))
  r.role = 'candidate'
  r.vote = r.id
}

/** A new leader begins its term with an empty entry, since only entries of its own term commit by counting. */
export function becomeLeader(r: Raft): void {
  assert(r.role === 'candidate', 'only a candidate becomes leader')
  reset(r, r.term)
  r.role = 'leader'
  r.leader = r.id
  const own = progressOf(r, r.id)
  becomeReplicate(own)
  own.recentActive = true
  appendPayloads(r, [null])
}
