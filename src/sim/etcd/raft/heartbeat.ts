// Heartbeats: a leader's sign of life, which carries the commit index and asks members to confirm waiting reads.
import { commitTo } from './log.ts'
import type { MsgHeartbeat } from './messages.ts'
import { logIndex } from './messages.ts'
import { send } from './send.ts'
import type { Raft } from './state.ts'
import { progressOf } from './state.ts'

/** The number of the last read that waits for confirmation; 0 when none does. */
const heartbeatContext = ({ reads }: Raft): number =>
  reads.unconfirmed.length === 0 ? 0 : reads.confirmed + reads.unconfirmed.length

export function broadcastHeartbeat(r: Raft): void {
  const context = heartbeatContext(r)
  for (const to of r.members) {
    if (to === r.id) continue
    const pr = progressOf(r, to)
    // A member may not have the leader's latest entries, and must not commit others that it holds in their place.
    const commit = logIndex(Math.min(pr.match, r.log.committed))
    send(r, { type: 'MsgHeartbeat', from: r.id, to, term: r.term, commit, context })
    pr.sentCommit = commit
  }
}

export function handleHeartbeat(r: Raft, m: MsgHeartbeat): void {
  commitTo(r.log, m.commit)
  send(r, { type: 'MsgHeartbeatResp', from: r.id, to: m.from, term: r.term, context: m.context })
}
