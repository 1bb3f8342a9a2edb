import { describe, expect, test } from 'vitest'
import { emptyDisk } from './disk.ts'
import type { RaftLog } from './log.ts'
import {
  append,
  compact,
  findConflictByTerm,
  isUpToDate,
  lastIndex,
  maybeAppend,
  newLog,
  termAt,
} from './log.ts'
import type { Entry } from './messages.ts'
import { logIndex, term } from './messages.ts'

const entriesOf = (terms: number[], from = 1): Entry[] =>
  terms.map((t, i) => ({ index: logIndex(from + i), term: term(t), data: `${t}/${from + i}` }))

function logOf(terms: number[], committed = 0): RaftLog {
  const log = newLog(emptyDisk())
  append(log, entriesOf(terms))
  log.committed = logIndex(committed)
  log.stable = lastIndex(log)
  return log
}

const termsOf = (log: RaftLog): number[] => log.entries.map((entry) => entry.term)

describe('maybeAppend', () => {
  test.each<
    [
      what: string,
      after: [index: number, term: number],
      terms: number[],
      commit: number,
      expected: [number[], number] | null,
    ]
  >([
    ['a match at the end', [4, 3], [3, 4], 5, [[1, 2, 3, 3, 3, 4], 5]],
    ['no such entry', [5, 3], [4], 5, null],
    ['another term there', [4, 2], [4], 5, null],
    ['the same entries again', [2, 2], [3], 2, [[1, 2, 3, 3], 2]],
    ['a conflict cuts the tail off', [2, 2], [4], 2, [[1, 2, 4], 2]],
    ['a conflict after some that are the same', [1, 1], [2, 3, 5, 5], 1, [[1, 2, 3, 5, 5], 1]],
    // What follows the last entry sent may be the leader's or not; so its commit index counts only up to there.
    ['an empty append commits no further than it reaches', [2, 2], [], 4, [[1, 2, 3, 3], 2]],
    ['a commit index never goes back', [2, 2], [3], 0, [[1, 2, 3, 3], 1]],
  ])('%s', (_what, [index, logTerm], terms, commit, expected) => {
    const log = logOf([1, 2, 3, 3], 1)
    const matched = maybeAppend(
      log,
      logIndex(index),
      term(logTerm),
      entriesOf(terms, index + 1),
      logIndex(commit),
    )
    if (expected === null) {
      expect(matched).toBeUndefined()
      expect([termsOf(log), log.committed]).toEqual([[1, 2, 3, 3], 1])
    } else {
      expect(matched).toBe(index + terms.length)
      expect([termsOf(log), log.committed]).toEqual(expected)
    }
  })

  test('never replaces what is committed', () => {
    const log = logOf([1, 2, 3], 2)
    expect(() => maybeAppend(log, logIndex(1), term(1), entriesOf([9], 2), logIndex(2))).toThrow(/committed/)
  })

  test('what replaces a stable entry is not stable', () => {
    const log = logOf([1, 2, 3, 3])
    maybeAppend(log, logIndex(2), term(2), entriesOf([4, 4], 3), logIndex(0))
    expect(log.stable).toBe(2)
  })
})

test.each([
  [4, 3, true],
  [5, 3, true],
  [3, 3, false],
  [1, 4, true],
  [9, 2, false],
])('a log that ends with index %i of term %i is up to date: %s', (index, logTerm, expected) => {
  expect(isUpToDate(logOf([1, 2, 3, 3]), logIndex(index), term(logTerm))).toBe(expected)
})

test.each([
  [9, 5, 9, 5],
  [9, 4, 4, 3],
  [9, 3, 4, 3],
  [9, 2, 1, 1],
  [3, 5, 3, 3],
  [9, 0, 0, 0],
])(
  'up to %i, the last entry of term %i or less is %i of term %i',
  (index, atMost, expected, expectedTerm) => {
    const found = findConflictByTerm(logOf([1, 3, 3, 3, 5, 5, 5, 5, 5]), logIndex(index), term(atMost))
    expect(found).toEqual({ index: expected, term: expectedTerm })
  },
)

test('compaction keeps the term of the last entry that it drops', () => {
  const log = logOf([1, 2, 3, 3], 3)
  log.snapshot = { index: logIndex(3), term: term(3), data: null }
  compact(log, logIndex(2))
  expect([1, 2, 3, 4, 5].map((index) => termAt(log, logIndex(index)))).toEqual([
    undefined,
    2,
    3,
    3,
    undefined,
  ])
  expect(() => compact(log, logIndex(4))).toThrow(/snapshot/)
  // Where the log no longer knows, a match is assumed, and its term is unknown.
  expect(findConflictByTerm(log, logIndex(4), term(1))).toEqual({ index: 1, term: 0 })
})
