// One line of text for each Raft message, for conversations and traces. Entries are written `term/index`.
import type { Entry, RaftMessage } from './messages.ts'

export function describeEntry({ term, index, data }: Entry): string {
  return data === null ? `${term}/${index}` : `${term}/${index}=${String(data)}`
}

export function describeMessage(m: RaftMessage): string {
  const details = describeDetails(m)
  return `${m.from}->${m.to} ${m.type}${m.term === 0 ? '' : ` term=${m.term}`}${details === '' ? '' : ` ${details}`}`
}

function describeDetails(m: RaftMessage): string {
  switch (m.type) {
    case 'MsgApp': {
      const entries = m.entries.length === 0 ? '' : ` [${m.entries.map(describeEntry).join(' ')}]`
      return `after=${m.logTerm}/${m.index} commit=${m.commit}${entries}`
    }
    case 'MsgAppResp':
      return m.reject ? `rejected=${m.index} hint=${m.logTerm}/${m.rejectHint}` : `match=${m.index}`
    case 'MsgVote':
    case 'MsgPreVote':
      return `last=${m.logTerm}/${m.index}${m.transfer ? ' transfer' : ''}`
    case 'MsgVoteResp':
    case 'MsgPreVoteResp':
      return m.reject ? 'rejected' : 'granted'
    case 'MsgHeartbeat':
      return `commit=${m.commit}${m.context === 0 ? '' : ` read=${m.context}`}`
    case 'MsgHeartbeatResp':
      return m.context === 0 ? '' : `read=${m.context}`
    case 'MsgSnap':
      return `snapshot=${m.snapshot.term}/${m.snapshot.index}`
    case 'MsgProp':
      return `[${m.data.map(String).join(' ')}]`
    case 'MsgTransferLeader':
      return `transferee=${m.transferee}`
    case 'MsgReadIndex':
      return `read=${m.context}`
    case 'MsgReadIndexResp':
      return `read=${m.context} index=${m.index}`
    case 'MsgSnapStatus':
      return m.reject ? 'failed' : 'finished'
    case 'MsgHup':
    case 'MsgTimeoutNow':
    case 'MsgUnreachable':
      return ''
  }
}
