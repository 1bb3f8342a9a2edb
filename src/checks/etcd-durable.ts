// Nothing that etcd acknowledged is lost while a majority of disks lives: an acknowledged write is one that a member has
// stored, and in the end every member has everything.
import type { EtcdResponse, KeyValue } from '../sim/etcd/messages.ts'
import type { CowMap } from '../sim/kernel/cow-map.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints, Processes } from './check.ts'
import { fine } from './check.ts'
import type { Recorded } from './recorded.ts'

const LISTED = 3

interface MemberStore {
  readonly store: { readonly revision: number; readonly live: CowMap<KeyValue> }
}

class Acknowledged {
  readonly sees = ['etcd-response']
  private newest = 0
  private readonly recorded: Recorded

  constructor(recorded: Recorded) {
    this.recorded = recorded
  }

  see(event: TraceEvent): Complaints {
    if (!isMessage(event)) return fine
    const { revision, result } = event.message as EtcdResponse
    if (result?.op !== 'txn' || !result.succeeded) return fine
    if (!result.responses.some(({ op }) => op === 'put' || op === 'delete')) return fine
    this.newest = Math.max(this.newest, revision)
    if (revision <= this.recorded.revision) return fine
    return [`${event.from} acknowledged a write at revision ${revision}, which no member has stored`]
  }

  settled(processes: Processes): Complaints {
    return processes
      .slots()
      .filter(({ kind, up }) => kind === 'etcd' && up)
      .flatMap(({ id }) => this.compare(id, (processes.stateOf(id) as MemberStore).store))
  }

  private compare(member: string, { revision, live }: MemberStore['store']): string[] {
    if (revision < this.newest)
      return [`${member} is at revision ${revision}, though revision ${this.newest} was acknowledged`]
    if (revision < this.recorded.revision)
      return [
        `${member} is at revision ${revision}, though a member stored revision ${this.recorded.revision}`,
      ]
    const found: string[] = []
    let known = 0
    for (const stored of this.recorded.all()) {
      known++
      const has = live.get(stored.key)?.modRevision ?? 0
      if (has === stored.revision || found.length >= LISTED) continue
      found.push(`${member} has ${stored.key} as of revision ${has}, where ${stored.revision} was stored`)
    }
    if (live.size > known) found.push(`${member} has ${live.size} keys, though only ${known} are stored`)
    return found
  }
}

export const etcdDurable: Check = {
  name: 'etcd-durable',
  title: { en: 'No acknowledged write is lost', 'zh-CN': '已确认的写入不丢失' },
  explains: {
    en: 'What etcd has acknowledged stays, whatever crashes, while a majority of disks lives. Everything that Kubernetes knows rests on this.',
    'zh-CN':
      '只要多数成员的磁盘完好，无论什么崩溃，etcd 已确认的写入都不会丢失。Kubernetes 所知道的一切都以此为基础。',
  },
  start: (recorded) => new Acknowledged(recorded),
}
