import { expect, test } from 'vitest'
import type { RaftMessage } from '../sim/etcd/raft/messages.ts'
import { raftElectionSafety } from './raft-election-safety.ts'
import { raftLeaderAppendOnly } from './raft-leader-append-only.ts'
import { raftLeaderCompleteness } from './raft-leader-completeness.ts'
import { raftLogMatching } from './raft-log-matching.ts'
import { raftStateMachineSafety } from './raft-state-machine-safety.ts'
import { History } from './testing/history.ts'

type Step = 'proposed' | 'persisted' | 'committed'

const entry = (history: History, member: string, step: Step, index: number, term: number, proposal = index) =>
  history.event(member, { type: 'raft-entry', step, index, term, proposal })

const state = (
  history: History,
  member: string,
  role: 'leader' | 'candidate' | 'follower',
  term: number,
  lastIndex: number,
  commit = 0,
) =>
  history.event(member, {
    ...{ type: 'raft-state', role, term, vote: '', leader: '', lastIndex, commit, applied: commit },
  })

const message = (from: string, to: string, fields: object) =>
  ({ type: 'raft', trigger: 0, message: { from, to, ...fields } as RaftMessage }) as const

/** An append of entries `[index, term, cause]` after (`index`, `logTerm`). */
function append(
  history: History,
  leader: string,
  term: number,
  [index, logTerm]: readonly [number, number],
  entries: readonly (readonly [index: number, term: number, cause: number])[],
): History {
  const made = entries.map(([at, of, cause]) => ({ index: at, term: of, data: { cause } }))
  const fields = { type: 'MsgApp', term, index, logTerm, commit: 0, entries: made }
  return history.send(leader, 'etcd-9', message(leader, 'etcd-9', fields))
}

test('a vote for a candidate whose log is older than the voter’s own is found', () => {
  const history = new History(raftElectionSafety)
  for (const index of [1, 2, 3]) entry(history, 'etcd-3', 'persisted', index, 2)
  history.send(
    'etcd-1',
    'etcd-3',
    message('etcd-1', 'etcd-3', { type: 'MsgVote', term: 5, index: 3, logTerm: 2 }),
  )
  const grant = (term: number, to: string) =>
    history.send('etcd-3', to, message('etcd-3', to, { type: 'MsgVoteResp', term, reject: false }))
  grant(5, 'etcd-1')
  // What came after the vote, from the leader it elected, does not count.
  entry(history, 'etcd-3', 'persisted', 4, 5)
  history.send(
    'etcd-2',
    'etcd-3',
    message('etcd-2', 'etcd-3', { type: 'MsgVote', term: 6, index: 3, logTerm: 2 }),
  )
  expect(history.found).toEqual([])
  grant(6, 'etcd-2')
  expect(history.found).toEqual([
    'etcd-3, whose log ends at 4 of term 5, votes in term 6 for etcd-2, whose log ends at 3 of term 2',
  ])
})

test('a log that was cut is judged as it is now', () => {
  const history = new History(raftElectionSafety)
  for (const index of [1, 2, 3]) entry(history, 'etcd-3', 'persisted', index, 2)
  state(history, 'etcd-3', 'follower', 3, 1)
  history.send(
    'etcd-1',
    'etcd-3',
    message('etcd-1', 'etcd-3', { type: 'MsgVote', term: 5, index: 1, logTerm: 2 }),
  )
  history.send(
    'etcd-3',
    'etcd-1',
    message('etcd-3', 'etcd-1', { type: 'MsgVoteResp', term: 5, reject: false }),
  )
  expect(history.found).toEqual([])
})

test('log matching: the same entry everywhere is fine; another content or another predecessor is not', () => {
  const same = new History(raftLogMatching)
  append(same, 'etcd-1', 2, [0, 0], [[1, 2, 11]])
  entry(same, 'etcd-2', 'persisted', 1, 2, 11)
  append(same, 'etcd-2', 3, [1, 2], [[2, 3, 12]])
  expect(same.found).toEqual([])
  entry(same, 'etcd-3', 'persisted', 2, 3, 99)
  expect(same.found).toEqual(['etcd-3 has another entry 2 of term 3 than a member before'])

  const predecessor = append(new History(raftLogMatching), 'etcd-1', 3, [1, 2], [[2, 3, 12]])
  append(predecessor, 'etcd-2', 3, [1, 1], [[2, 3, 12]])
  expect(predecessor.found).toHaveLength(1)

  const places = append(new History(raftLogMatching), 'etcd-1', 3, [1, 2], [[3, 3, 12]])
  expect(places.found).toEqual(['etcd-1 sends entry 3 in the place of 2'])
})

test('a leader that cuts its log, or proposes anywhere but at its end, is found', () => {
  const history = new History(raftLeaderAppendOnly)
  state(history, 'etcd-1', 'leader', 2, 5)
  entry(history, 'etcd-1', 'proposed', 6, 2)
  entry(history, 'etcd-1', 'proposed', 7, 2)
  state(history, 'etcd-1', 'follower', 3, 4)
  state(history, 'etcd-1', 'leader', 4, 4)
  entry(history, 'etcd-1', 'proposed', 5, 4)
  expect(history.found).toEqual([])
  entry(history, 'etcd-1', 'proposed', 5, 4)
  state(history, 'etcd-1', 'leader', 4, 3)
  expect(history.found).toEqual([
    'etcd-1, leader of term 4, proposes entry 5 after entry 5',
    'etcd-1, leader of term 4, cut its log from 4 to 3',
  ])
})

test('a leader without what was committed is found, by its length and by what it sends', () => {
  const committed = () => {
    const history = state(new History(raftLeaderCompleteness), 'etcd-1', 'leader', 2, 3)
    return entry(history, 'etcd-1', 'committed', 4, 2)
  }
  const fine = state(committed(), 'etcd-2', 'leader', 3, 4)
  append(fine, 'etcd-2', 3, [4, 2], [[5, 3, 1]])
  // A leader of before may learn of its election late.
  state(fine, 'etcd-3', 'leader', 1, 1)
  expect(fine.found).toEqual([])
  expect(state(committed(), 'etcd-2', 'leader', 3, 3).found).toEqual([
    'etcd-2 leads in term 3 with a log up to 3, though entry 4 was committed in term 2',
  ])
  expect(append(committed(), 'etcd-2', 3, [4, 1], []).found).toEqual([
    'etcd-2 leads in term 3 with an entry 4 of term 1, where one of term 2 was committed',
  ])
})

test('committing an older term’s entry by counting is found (figure 8)', () => {
  const history = state(new History(raftLeaderCompleteness), 'etcd-1', 'leader', 4, 2, 1)
  entry(history, 'etcd-1', 'committed', 2, 2)
  entry(history, 'etcd-1', 'committed', 3, 4)
  state(history, 'etcd-1', 'leader', 4, 3, 3)
  expect(history.found).toEqual([])
  const wrong = state(new History(raftLeaderCompleteness), 'etcd-1', 'leader', 4, 2, 1)
  entry(wrong, 'etcd-1', 'committed', 2, 2)
  state(wrong, 'etcd-1', 'leader', 4, 3, 2)
  expect(wrong.found).toEqual([
    'etcd-1, leader of term 4, commits entry 2 of term 2 by counting, without one of its own',
  ])
})

test('committing an older term’s entries by being elected is found, told before or after the election', () => {
  const elect = (told: 'before' | 'after', commit: number): History => {
    const history = state(new History(raftLeaderCompleteness), 'etcd-1', 'candidate', 4, 3, 1)
    if (told === 'before') entry(history, 'etcd-2', 'committed', 3, 2)
    state(history, 'etcd-1', 'leader', 4, 4, commit)
    return told === 'before' ? history : entry(history, 'etcd-1', 'committed', 3, 2)
  }
  const message = 'etcd-1 commits entry 3 of term 2 by becoming leader of term 4'
  expect(elect('before', 3).found).toEqual([message])
  expect(elect('after', 3).found).toEqual([message])
  expect(elect('before', 1).found).toEqual([])
  expect(elect('after', 1).found).toEqual([])
})

test('members that store different things at a revision, or go back, are found', () => {
  const history = new History(raftStateMachineSafety)
  history.tell('etcd-1', 2, '/a', { x: 1 }).tell('etcd-1', 2, '/b', null).tell('etcd-2', 2, '/a', { x: 1 })
  history.tell('etcd-2', 2, '/b', null).tell('etcd-1', 3, '/a', { x: 2 })
  expect(history.found).toEqual([])
  history
    .tell('etcd-2', 3, '/a', { x: 3 })
    .tell('etcd-3', 3, '/c', { x: 2 })
    .tell('etcd-3', 2, '/a', { x: 1 })
  expect(history.found).toEqual([
    'at revision 3, etcd-2 stored something else under /a than a member before',
    'at revision 3, etcd-3 stored something else under /c than a member before',
    'etcd-3 applied revision 2 after revision 3',
  ])
})

test('two leaders that commit different entries at one index are found', () => {
  const history = entry(new History(raftStateMachineSafety), 'etcd-1', 'committed', 4, 2, 7)
  entry(history, 'etcd-2', 'committed', 4, 2, 7)
  expect(history.found).toEqual([])
  entry(history, 'etcd-2', 'committed', 4, 3, 8)
  expect(history.found).toEqual(['etcd-2 committed another entry 4 than a leader before (term 3, and 2)'])
})
