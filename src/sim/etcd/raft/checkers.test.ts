import { expect, test } from 'vitest'
import type { EntryView, MemberView } from './checkers.ts'
import { RaftChecker } from './checkers.ts'

const entry = (index: number, term: number, data: unknown = `${term}/${index}`): EntryView => ({
  index,
  term,
  data,
})

function member(
  id: string,
  term: number,
  committed: number,
  entries: EntryView[],
  role = 'follower',
): MemberView {
  return { id, role, term, log: { offset: 0, offsetTerm: 0, committed, entries } }
}

test('a sound history has no violations', () => {
  const checker = new RaftChecker()
  const log = [entry(1, 1), entry(2, 1)]
  expect(checker.observe(member('a', 1, 0, log.slice(0, 1), 'leader'))).toEqual([])
  expect(checker.observe(member('b', 1, 0, log.slice(0, 1)))).toEqual([])
  expect(checker.observe(member('a', 1, 2, log, 'leader'))).toEqual([])
  expect(checker.observe(member('b', 2, 0, [...log, entry(3, 2)], 'leader'))).toEqual([])
  for (const one of log) expect(checker.applied('b', one)).toEqual([])
  checker.restarted('a')
  expect(checker.observe(member('a', 1, 0, log))).toEqual([])
})

const histories: [what: string, members: MemberView[], violation: string][] = [
  [
    'two leaders in a term',
    [member('a', 3, 0, [], 'leader'), member('b', 3, 0, [], 'leader')],
    'election safety: a and b both lead term 3',
  ],
  ['a term that goes back', [member('a', 3, 0, []), member('a', 2, 0, [])], 'a went back from term 3 to 2'],
  [
    'one place and term, two contents',
    [member('a', 1, 0, [entry(1, 1, 'x')]), member('b', 1, 0, [entry(1, 1, 'y')])],
    'log matching: b holds another entry 1 of term 1 than a member before',
  ],
  [
    'logs that agree somewhere and not before it',
    [member('a', 2, 0, [entry(1, 1), entry(2, 2)]), member('b', 2, 0, [entry(1, 2), entry(2, 2)])],
    'log matching: b holds another entry 2 of term 2 than a member before',
  ],
  ['an entry in the wrong place', [member('a', 1, 0, [entry(2, 1)])], 'a holds entry 2 of term 1 at place 1'],
  [
    'two commits in one place',
    [member('a', 2, 1, [entry(1, 1)]), member('b', 2, 1, [entry(1, 2)])],
    'b committed entry 1 of term 2 where entry 1 of term 1 was committed',
  ],
  [
    'a commit that is taken back',
    [member('a', 1, 1, [entry(1, 1)]), member('a', 1, 0, [entry(1, 1)])],
    'a took back its commit from 1 to 0',
  ],
  ['a commit of nothing', [member('a', 1, 2, [entry(1, 1)])], 'a committed entry 2, which it does not hold'],
  [
    'a leader without a committed entry',
    [member('a', 1, 1, [entry(1, 1)], 'leader'), member('b', 2, 0, [entry(1, 2)], 'leader')],
    'leader completeness: b leads term 2 without entry 1 of term 1',
  ],
]

test.each(histories)('finds %s', (_what, members, violation) => {
  const checker = new RaftChecker()
  const found = members.map((m) => checker.observe(m))
  expect(found.slice(0, -1).flat()).toEqual([])
  expect(found.at(-1)).toContain(violation)
})

test('finds what was applied without or against a commit', () => {
  const checker = new RaftChecker()
  checker.observe(member('a', 1, 1, [entry(1, 1)]))
  expect(checker.applied('b', entry(1, 2))).toEqual([
    'state machine safety: b applied entry 1 of term 2 where entry 1 of term 1 was committed',
  ])
  expect(checker.applied('b', entry(2, 2))).toEqual(['b applied entry 2, which nobody had committed'])
})
