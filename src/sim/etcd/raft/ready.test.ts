import { expect, test } from 'vitest'
import { emptyDisk } from './disk.ts'
import { logIndex, memberId, term } from './messages.ts'
import { createRaft } from './raft.ts'
import { advance, ready } from './ready.ts'
import { step } from './step.ts'

const [a, b, c] = [memberId('a'), memberId('b'), memberId('c')]

test('what comes while the host works is no part of what it works on', () => {
  const raft = createRaft({ id: a, members: [a, b, c], disk: emptyDisk() })
  const fromLeader = { from: b, to: a, term: term(1) }
  const entries = [{ index: logIndex(1), term: term(1), data: null }]
  step(raft, {
    ...{ type: 'MsgApp', ...fromLeader, index: logIndex(0), logTerm: term(0), entries, commit: logIndex(0) },
  })
  const work = ready(raft)
  expect(work).toMatchObject({ mustSync: true, entries, readStates: [], messagesAfterPersist: [{ to: b }] })

  step(raft, { type: 'MsgReadIndexResp', ...fromLeader, index: logIndex(1), context: 'a read' })
  step(raft, { type: 'MsgHeartbeat', ...fromLeader, commit: logIndex(1), context: 0 })
  expect(ready(raft)).toBeNull()
  expect(work).toMatchObject({ readStates: [], committedEntries: [], messagesAfterPersist: [{ to: b }] })
  advance(raft)
  expect(ready(raft)).toMatchObject({
    readStates: [{ context: 'a read' }],
    committedEntries: entries,
    messagesAfterPersist: [{ type: 'MsgHeartbeatResp' }],
  })
})

test('acknowledgements that wait for the same write are one, and refusals are told one by one', () => {
  const raft = createRaft({ id: a, members: [a, b, c], disk: emptyDisk() })
  const append = (index: number, logTerm: number): void => {
    const entries = [{ index: logIndex(index + 1), term: term(1), data: null }]
    const place = { index: logIndex(index), logTerm: term(logTerm), commit: logIndex(0) }
    step(raft, { type: 'MsgApp', from: b, to: a, term: term(1), ...place, entries })
  }
  append(0, 0)
  append(1, 1)
  append(7, 1)
  append(0, 0)
  expect(ready(raft)?.messagesAfterPersist).toMatchObject([
    { type: 'MsgAppResp', reject: false, index: 2 },
    { type: 'MsgAppResp', reject: true, index: 7 },
  ])
})
