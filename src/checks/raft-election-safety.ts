// Raft's election safety: at most one leader in a term. Also what it rests on: a member gives its vote once in a term,
// whatever happens to it meanwhile, and only to a candidate whose log is not older than what it has on its own disk.
import type { RaftTransport } from '../sim/etcd/messages.ts'
import type { RaftMessage } from '../sim/etcd/raft/messages.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { Place } from './persisted-log.ts'
import { isNewer, PersistedLogs } from './persisted-log.ts'

/** Messages of older terms than so many ago are not judged any more. */
const TERMS_KEPT = 50

interface Vote {
  readonly term: number
  readonly candidate: string
}

class Elections {
  readonly sees = ['raft-state', 'raft-entry', 'raft', 'process', 'fault']
  private readonly leaders = new Map<number, string>()
  private readonly votes = new Map<string, string>()
  /** The last vote that each member has told of. */
  private readonly given = new Map<string, Vote>()
  private readonly candidates = new Map<string, Place>()
  private readonly logs = new PersistedLogs()

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) return this.message(event.from, (event.message as RaftTransport).message)
    if (event.type === 'raft-entry') this.logs.entry(event)
    // A member that lost its disk is another one: it does not vote before it has joined anew.
    if (event.type === 'process' && event.step === 'down' && event.reason === 'disk lost')
      this.renew(event.target)
    // It may have been down already.
    if (event.type === 'fault' && event.fault === 'disk-lost') this.renew(event.target)
    if (event.type !== 'raft-state') return fine
    this.logs.state(event)
    const { process, role, term, vote } = event
    const given = this.given.get(process)
    if (given?.term === term && given.candidate !== vote)
      return [`${process} has forgotten that it voted for ${given.candidate} in term ${term}`]
    return role === 'leader' ? this.leads(process, term) : fine
  }

  private renew(member: string): void {
    this.given.delete(member)
    for (const key of this.votes.keys()) if (key.endsWith(` ${member}`)) this.votes.delete(key)
  }

  private message(from: string, message: RaftMessage): Complaints {
    switch (message.type) {
      case 'MsgApp':
      case 'MsgHeartbeat':
        return this.leads(from, message.term)
      case 'MsgVote':
        this.candidates.set(`${message.term} ${from}`, { index: message.index, term: message.logTerm })
        this.candidates.delete(`${message.term - TERMS_KEPT} ${from}`)
        // A candidate votes for itself.
        return this.votesFor(from, from, message.term)
      case 'MsgVoteResp':
        if (message.reject) return fine
        this.given.set(from, { term: message.term, candidate: message.to })
        return this.votesFor(from, message.to, message.term)
      default:
        return fine
    }
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
    const offered = this.candidates.get(`${term} ${candidate}`)
    const own = this.logs.lastBefore(voter, term)
    if (voter === candidate || offered === undefined || !isNewer(own, offered)) return fine
    return [
      `${voter}, whose log ends at ${own.index} of term ${own.term}, votes in term ${term} for ${candidate}, whose log ends at ${offered.index} of term ${offered.term}`,
    ]
  }
}

export const raftElectionSafety: Check = {
  name: 'raft-election-safety',
  title: { en: 'One leader a term', 'zh-CN': '每个任期只有一个领导者' },
  explains: {
    en: 'At most one etcd member leads in a term; a member votes once in it, and never for a log older than its own. Two leaders could both accept writes.',
    'zh-CN':
      '每个任期至多有一个 etcd 成员当选领导者；每个成员在一个任期内只投一票，且不投给日志比自己旧的成员。有两个领导者，就可能各自接受写入。',
  },
  start: () => new Elections(),
}
