// One message in: the rules of terms first, which hold for every role, then what the role makes of it.
// Models Step, stepLeader, stepCandidate and stepFollower of etcd/raft's raft.go.
import { assert } from '../../kernel/assert.ts'
import { handleVoteRequest, handleVoteResponse, holdsLease, hup, isAwaitedVote } from './election.ts'
import { handleHeartbeat } from './heartbeat.ts'
import { lastIndex } from './log.ts'
import type { MemberId, MsgProp, RaftMessage } from './messages.ts'
import { noIndex, noTerm } from './messages.ts'
import { becomeProbe } from './progress.ts'
import { confirmReads, handleReadIndex } from './read-index.ts'
import {
  appendPayloads,
  broadcastAppend,
  handleAppend,
  handleAppendResponse,
  sendTimeoutNow,
  wantAppend,
} from './replication.ts'
import { becomeFollower } from './role.ts'
import { send } from './send.ts'
import { handleSnapshot } from './snapshot.ts'
import type { Raft } from './state.ts'
import { progressOf } from './state.ts'

/** `dropped`: nobody took a proposal or read, and nobody will; the caller may try again later. */
export type StepResult = 'ok' | 'dropped'

export function step(r: Raft, m: RaftMessage): StepResult {
  if (m.to !== r.id) assert(false, `${m.type} for ${m.to} was delivered to ${r.id}`)
  if (m.term > r.term) {
    if (!enterLaterTerm(r, m)) return 'ok'
  } else if (m.term < r.term && m.term !== noTerm) {
    answerEarlierTerm(r, m)
    return 'ok'
  }
  switch (m.type) {
    case 'MsgHup':
      hup(r, r.options.preVote ? 'pre-election' : 'election')
      return 'ok'
    case 'MsgVote':
    case 'MsgPreVote':
      handleVoteRequest(r, m)
      return 'ok'
  }
  switch (r.role) {
    case 'leader':
      return stepLeader(r, m)
    case 'follower':
      return stepFollower(r, m)
    case 'candidate':
    case 'pre-candidate':
      return stepCandidate(r, m)
  }
}

/** A message of a later term ends this member's own. False when the message must be ignored. */
function enterLaterTerm(r: Raft, m: RaftMessage): boolean {
  switch (m.type) {
    case 'MsgVote':
    case 'MsgPreVote':
      // While the leader is heard of, nobody may unseat it, unless it asked for that.
      if (!m.transfer && holdsLease(r)) return false
      // A pre-vote changes nothing: that is its purpose.
      if (m.type === 'MsgVote') becomeFollower(r, m.term, null)
      return true
    case 'MsgPreVoteResp':
      // A granted one has the future term that was asked for; a rejection has the voter's.
      if (m.reject) becomeFollower(r, m.term, null)
      return true
    case 'MsgApp':
    case 'MsgHeartbeat':
    case 'MsgSnap':
      becomeFollower(r, m.term, m.from)
      return true
    default:
      becomeFollower(r, m.term, null)
      return true
  }
}

/** Most messages of an earlier term are ignored; two kinds must be answered, or their sender could be stuck for ever. */
function answerEarlierTerm(r: Raft, m: RaftMessage): void {
  if ((r.options.checkQuorum || r.options.preVote) && (m.type === 'MsgHeartbeat' || m.type === 'MsgApp')) {
    // A leader of an earlier term, while this member went ahead alone: its requests for votes are ignored by members
    // that have a leader, so only this answer makes the leader step down and the cluster agree on a term again.
    send(r, { type: 'MsgAppResp', from: r.id, to: m.from, term: r.term, reject: false, index: noIndex })
  } else if (m.type === 'MsgPreVote') {
    send(r, { type: 'MsgPreVoteResp', from: r.id, to: m.from, term: r.term, reject: true })
  }
}

function stepLeader(r: Raft, m: RaftMessage): StepResult {
  switch (m.type) {
    case 'MsgProp':
      return leaderPropose(r, m)
    case 'MsgReadIndex':
      handleReadIndex(r, m)
      return 'ok'
    case 'MsgAppResp':
      handleAppendResponse(r, m)
      return 'ok'
    case 'MsgHeartbeatResp': {
      const pr = progressOf(r, m.from)
      pr.recentActive = true
      pr.paused = false
      // Appends may have been lost; an empty one tells a probed member's place.
      if (pr.match < lastIndex(r.log) || pr.state === 'probe') wantAppend(r, m.from, 'anything')
      confirmReads(r, m.from, m.context)
      return 'ok'
    }
    case 'MsgSnapStatus': {
      const pr = progressOf(r, m.from)
      if (pr.state !== 'snapshot') return 'ok'
      if (m.reject) pr.pendingSnapshot = noIndex
      becomeProbe(pr)
      // Wait for the member's own word after a success, for the next heartbeat after a failure.
      pr.paused = true
      return 'ok'
    }
    case 'MsgUnreachable': {
      const pr = progressOf(r, m.from)
      if (pr.state === 'replicate') becomeProbe(pr)
      return 'ok'
    }
    case 'MsgTransferLeader':
      leaderTransfer(r, m.transferee)
      return 'ok'
    case 'MsgApp':
    case 'MsgHeartbeat':
    case 'MsgSnap':
      assert(false, `two leaders in term ${r.term}: ${r.id} and ${m.from}`)
      break
    default:
      return 'ok'
  }
}

function leaderPropose(r: Raft, m: MsgProp): StepResult {
  assert(m.data.length > 0, 'an empty proposal')
  // The log must stand still while the successor catches up.
  if (r.leadTransferee !== null) return 'dropped'
  appendPayloads(r, m.data)
  broadcastAppend(r)
  return 'ok'
}

function leaderTransfer(r: Raft, transferee: MemberId): void {
  if (r.leadTransferee === transferee) return
  r.leadTransferee = null
  if (transferee === r.id) return
  // It must be done within one election time-out; `tick` gives up after that.
  r.electionElapsed = 0
  r.leadTransferee = transferee
  if (progressOf(r, transferee).match === lastIndex(r.log)) sendTimeoutNow(r, transferee)
  else wantAppend(r, transferee, 'anything')
}

function stepCandidate(r: Raft, m: RaftMessage): StepResult {
  switch (m.type) {
    case 'MsgProp':
    case 'MsgReadIndex':
    case 'MsgTransferLeader':
      return 'dropped'
    case 'MsgApp':
    case 'MsgHeartbeat':
    case 'MsgSnap':
      // Somebody else won this term.
      becomeFollower(r, m.term, m.from)
      return stepFollower(r, m)
    default:
      if (isAwaitedVote(r, m)) handleVoteResponse(r, m)
      return 'ok'
  }
}

function stepFollower(r: Raft, m: RaftMessage): StepResult {
  switch (m.type) {
    case 'MsgProp':
    case 'MsgReadIndex':
    case 'MsgTransferLeader':
      if (r.leader === null) return 'dropped'
      // `from` stays: the answer to a read goes to the member that asked.
      send(r, { ...m, to: r.leader })
      return 'ok'
    case 'MsgApp':
      heardFromLeader(r, m.from)
      handleAppend(r, m)
      return 'ok'
    case 'MsgHeartbeat':
      heardFromLeader(r, m.from)
      handleHeartbeat(r, m)
      return 'ok'
    case 'MsgSnap':
      heardFromLeader(r, m.from)
      handleSnapshot(r, m)
      return 'ok'
    case 'MsgTimeoutNow':
      // The leader wants this member to succeed it, so there is no need to ask around first.
      hup(r, 'transfer')
      return 'ok'
    case 'MsgReadIndexResp':
      r.readStates.push({ index: m.index, context: m.context })
      return 'ok'
    default:
      return 'ok'
  }
}

function heardFromLeader(r: Raft, leader: MemberId): void {
  if (r.leader !== null && r.leader !== leader)
    assert(false, `two leaders in term ${r.term}: ${r.leader} and ${leader}`)
  r.electionElapsed = 0
  r.leader = leader
}
