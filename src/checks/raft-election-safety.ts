// Raft's election safety: at most one leader in a term. Also what it rests on: a member gives its vote once in a term,
// whatever happens to it meanwhile, and only to a candidate whose log is not older than its own.
import type { RaftTransport } from '../sim/etcd/messages.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'

/** Messages of older terms than so many ago are not judged any more. */
const TERMS_KEPT = 50

class Elections {
  readonly sees = ['raft-state', 'raft']
  private readonly leaders = new Map<number, string>()
  private readonly votes = new Map<string, string>()

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) return this.message(event.from, event.message as RaftTransport)
    if (event.type !== 'raft-state' || event.role !== 'leader') return fine
    return this.leads(event.process, event.term)
  }

  private message(from: string, { message }: RaftTransport): Complaints {
    if (message.type === 'MsgApp' || message.type === 'MsgHeartbeat') return this.leads(from, message.term)
    if (message.type === 'MsgVoteResp' && !message.reject)
      return this.votesFor(from, message.to, message.term)
    // A candidate votes for itself.
    return message.type === 'MsgVote' ? this.votesFor(from, from, message.term) : fine
  }

  private leads(member: string, term: number): Complaints {
    const first = this.leaders.get(term)
    if (first === member) return fine
    if (first !== undefined) return [`${member} leads in term ${term}, and so did ${first}`]
    this.leaders.set(term, member)
    this.leaders.delete(term - TERMS_KEPT)
    return fine
  }

  private votesFor(voter: string, candidate: string, term: number): Complaints {
    const key = `${term} ${voter}`
    const first = this.votes.get(key)
    if (first === candidate) return fine
    if (first !== undefined)
      return [`${voter} votes for ${candidate} in term ${term}, in which it had voted for ${first}`]
    this.votes.set(key, candidate)
    this.votes.delete(`${term - TERMS_KEPT} ${voter}`)
    return fine
  }
}

export const raftElectionSafety: Check = {
  name: 'raft-election-safety',
  title: { en: 'One leader a term', 'zh-CN': '每个任期只有一个领导者' },
  explains: {
    en: 'At most one etcd member leads in a term, and a member votes once in it. Two leaders could both accept writes.',
    'zh-CN':
      '每个任期至多有一个 etcd 成员当选领导者，每个成员在一个任期内只投一票。有两个领导者，就可能各自接受写入。',
  },
  start: () => new Elections(),
}
