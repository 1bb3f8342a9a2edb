// Elections: campaigns, votes and their count, with the pre-vote round (Raft thesis, section 9.6).
// Models campaign, hup and the vote cases of etcd/raft's raft.go.
import { isUpToDate, lastIndex, lastTerm } from './log.ts'
import type { MsgPreVote, MsgPreVoteResp, MsgVote, MsgVoteResp, RaftMessage } from './messages.ts'
import { term } from './messages.ts'
import { broadcastAppend } from './replication.ts'
import { becomeCandidate, becomeFollower, becomeLeader, becomePreCandidate } from './role.ts'
import { send } from './send.ts'
import type { Raft } from './state.ts'
import { quorumSize } from './state.ts'

export type Campaign = 'pre-election' | 'election' | 'transfer'

/** Starts an election, unless this member leads already or is about to be replaced by a snapshot. */
export function hup(r: Raft, campaign: Campaign): void {
  if (r.role === 'leader' || r.log.unstableSnapshot !== null) return
  startCampaign(r, campaign)
}

function startCampaign(r: Raft, campaign: Campaign): void {
  const pre = campaign === 'pre-election'
  if (pre) becomePreCandidate(r)
  else becomeCandidate(r)
  // A pre-vote asks about the term that the election would have.
  const asked = pre ? term(r.term + 1) : r.term
  const last = { index: lastIndex(r.log), logTerm: lastTerm(r.log) }
  for (const to of r.members) {
    const envelope = { from: r.id, to, term: asked }
    if (to === r.id) {
      // Its own vote counts like any other: once it is on disk.
      send(r, { type: pre ? 'MsgPreVoteResp' : 'MsgVoteResp', ...envelope, reject: false })
    } else {
      send(r, {
        type: pre ? 'MsgPreVote' : 'MsgVote',
        ...envelope,
        ...last,
        transfer: campaign === 'transfer',
      })
    }
  }
}

/** Whether this member still trusts its leader, so that requests for votes are not even looked at. */
export function holdsLease(r: Raft): boolean {
  return r.options.checkQuorum && r.leader !== null && r.electionElapsed < r.options.electionTicks
}

export function handleVoteRequest(r: Raft, m: MsgVote | MsgPreVote): void {
  const type = m.type === 'MsgVote' ? 'MsgVoteResp' : 'MsgPreVoteResp'
  const canVote =
    r.vote === m.from ||
    (r.vote === null && r.leader === null) ||
    // A pre-vote for a later term binds nobody.
    (m.type === 'MsgPreVote' && m.term > r.term)
  if (!canVote || !isUpToDate(r.log, m.index, m.logTerm)) {
    send(r, { type, from: r.id, to: m.from, term: r.term, reject: true })
    return
  }
  // A granted pre-vote carries the term it was asked for, which this member has not entered.
  send(r, { type, from: r.id, to: m.from, term: m.term, reject: false })
  if (m.type === 'MsgVote') {
    r.electionElapsed = 0
    r.vote = m.from
  }
}

/** Pre-votes that are under way when the election itself starts are of no more use. */
export function isAwaitedVote(r: Raft, m: RaftMessage): m is MsgVoteResp | MsgPreVoteResp {
  return m.type === (r.role === 'pre-candidate' ? 'MsgPreVoteResp' : 'MsgVoteResp')
}

export function handleVoteResponse(r: Raft, m: MsgVoteResp | MsgPreVoteResp): void {
  r.votes[m.from] ??= !m.reject
  let granted = 0
  let rejected = 0
  for (const id of r.members) {
    const vote = r.votes[id]
    if (vote === true) granted++
    else if (vote === false) rejected++
  }
  const quorum = quorumSize(r.members.length)
  if (granted >= quorum) {
    if (r.role === 'pre-candidate') {
      startCampaign(r, 'election')
    } else {
      becomeLeader(r)
      broadcastAppend(r)
    }
  } else if (rejected > r.members.length - quorum) {
    becomeFollower(r, r.term, null)
  }
}
