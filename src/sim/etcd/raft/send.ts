// Puts messages into the outbox, and decides which of them must wait for the disk.
import { assert } from '../../kernel/assert.ts'
import type { MsgAppResp, RaftMessage } from './messages.ts'
import type { Raft } from './state.ts'

/**
 * What a leader says rests on what is on its disk already: it sends appends while it writes its own copy. All others
 * speak of a term, a vote or entries that a crash could still take back, so their words wait for the disk; a request for
 * votes does too, since a candidate that forgets it could campaign twice in one term with different logs.
 * Forwarded requests promise nothing and go at once.
 */
export function send(r: Raft, message: RaftMessage): void {
  switch (message.type) {
    case 'MsgApp':
    case 'MsgHeartbeat':
    case 'MsgSnap':
    case 'MsgTimeoutNow':
    case 'MsgReadIndexResp':
      if (r.role !== 'leader') assert(false, `only a leader sends ${message.type}`)
      r.messages.push(message)
      break
    case 'MsgProp':
    case 'MsgReadIndex':
    case 'MsgTransferLeader':
      r.messages.push(message)
      break
    case 'MsgAppResp':
      acknowledge(r, message)
      return
    default:
      r.messagesAfterPersist.push(message)
      return
  }
  if (message.to === r.id) assert(false, `${message.type} must not be sent to oneself`)
}

/** Of several acknowledgements that wait for the same write, the highest says it all: etcd sends only one of them, too. */
function acknowledge(r: Raft, message: MsgAppResp): void {
  const waiting = r.messagesAfterPersist
  if (waiting.length === 0) {
    // A list that grows makes room for many; this is most often the only one.
    r.messagesAfterPersist = [message]
    return
  }
  const place = message.reject ? -1 : placeOfSameWord(waiting, message)
  const earlier = place < 0 ? undefined : waiting[place]
  if (earlier === undefined) waiting.push(message)
  else if (earlier.type === 'MsgAppResp' && earlier.index < message.index) waiting[place] = message
}

const placeOfSameWord = (waiting: readonly RaftMessage[], { to, term }: MsgAppResp): number =>
  waiting.findIndex((m) => m.type === 'MsgAppResp' && !m.reject && m.to === to && m.term === term)
