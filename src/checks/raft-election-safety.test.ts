import { expect, test } from 'vitest'
import type { RaftMessage } from '../sim/etcd/raft/messages.ts'
import { raftElectionSafety } from './raft-election-safety.ts'
import { History } from './testing/history.ts'

const raft = (from: string, to: string, fields: object) =>
  ({ type: 'raft', trigger: 0, message: { from, to, ...fields } as RaftMessage }) as const

const leads = (history: History, member: string, term: number): History =>
  history.event(member, {
    type: 'raft-state',
    role: 'leader',
    term,
    vote: member,
    leader: member,
    lastIndex: 1,
    commit: 0,
    applied: 0,
  })

const votes = (history: History, voter: string, candidate: string, term: number): History =>
  history.send(voter, candidate, raft(voter, candidate, { type: 'MsgVoteResp', term, reject: false }))

test('a leader may lead again in a later term, and say so often', () => {
  const history = new History(raftElectionSafety)
  leads(leads(leads(history, 'etcd-1', 2), 'etcd-1', 2), 'etcd-2', 3)
  votes(votes(history, 'etcd-3', 'etcd-1', 2), 'etcd-3', 'etcd-2', 3)
  expect(history.found).toEqual([])
})

test('two leaders of one term are found, by their roles and by their messages', () => {
  const roles = leads(leads(new History(raftElectionSafety), 'etcd-1', 2), 'etcd-2', 2)
  expect(roles.found).toEqual(['etcd-2 leads in term 2, and so did etcd-1'])
  const messages = leads(new History(raftElectionSafety), 'etcd-1', 2)
  messages.send('etcd-3', 'etcd-2', raft('etcd-3', 'etcd-2', { type: 'MsgHeartbeat', term: 2 }))
  expect(messages.found).toEqual(['etcd-3 leads in term 2, and so did etcd-1'])
})

test('a member that votes twice in a term is found', () => {
  const history = votes(new History(raftElectionSafety), 'etcd-3', 'etcd-1', 4)
  history.send('etcd-2', 'etcd-3', raft('etcd-2', 'etcd-3', { type: 'MsgVote', term: 4 }))
  expect(history.found).toEqual([])
  votes(history, 'etcd-3', 'etcd-2', 4)
  expect(history.found).toEqual(['etcd-3 votes for etcd-2 in term 4, in which it had voted for etcd-1'])
})

test('a member that forgets its vote is found, unless it has lost its disk', () => {
  const says = (history: History, vote: string, term = 4): readonly string[] =>
    history.event('etcd-3', {
      ...{
        type: 'raft-state',
        role: 'follower',
        term,
        vote,
        leader: '',
        lastIndex: 1,
        commit: 0,
        applied: 0,
      },
    }).found
  const voted = (): History => votes(new History(raftElectionSafety), 'etcd-3', 'etcd-1', 4)
  expect(says(voted(), 'etcd-1')).toEqual([])
  expect(says(voted(), '', 5)).toEqual([])
  expect(says(voted(), '')).toEqual(['etcd-3 has forgotten that it voted for etcd-1 in term 4'])
  const lost = voted().event('kernel', {
    type: 'process',
    step: 'down',
    target: 'etcd-3',
    reason: 'disk lost',
  })
  expect(says(lost, '')).toEqual([])
  expect(votes(lost, 'etcd-3', 'etcd-2', 4).found).toEqual([])
})
