// Each planted bug fits the program as it is now: its changes apply once, and what comes out is still a program.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from '../../../scripts/source-tree.ts'
import { checks } from '../../checks/index.ts'
import { INVARIANT } from '../play.ts'
import { profiles } from '../profiles.ts'
import { applyBug } from './apply.ts'
import { plantedBugs } from './index.ts'

const root = join(import.meta.dirname, '../../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

test('there are at least 20, each with a name of its own', () => {
  expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length)
  expect(plantedBugs.length).toBeGreaterThanOrEqual(20)
})

test.each(plantedBugs.map((bug) => [bug.name, bug] as const))('%s fits exactly once', (_name, bug) => {
  expect(bug.changes.length).toBeGreaterThan(0)
  for (const file of new Set(bug.changes.map((change) => change.file))) {
    const text = applyBug(bug, file, read(file))
    expect(text).not.toBe(read(file))
    expect(() => parse({ path: file, text })).not.toThrow()
  }
})

test('each is to be found by checks that exist, under a profile that exists, within some seeds', () => {
  const known = new Set([...checks.map(({ name }) => name), INVARIANT])
  for (const { name, checks: expected, profile = 'all', seeds } of plantedBugs) {
    expect(expected.length, name).toBeGreaterThan(0)
    for (const check of expected) expect(known, name).toContain(check)
    expect(profiles.has(profile), name).toBe(true)
    expect(seeds).toBeGreaterThan(0)
  }
})

test('a change that does not fit is refused', () => {
  const bug = {
    name: 'none',
    about: '',
    changes: [{ file: 'a.ts', find: 'x', replace: 'y' }],
    checks: [],
    seeds: 1,
  }
  expect(() => applyBug(bug, 'a.ts', 'xx')).toThrow('2 times')
  expect(() => applyBug(bug, 'a.ts', '')).toThrow('0 times')
  expect(applyBug(bug, 'b.ts', 'xx')).toBe('xx')
})
