import { expect, test } from 'vitest'
import { containerBehaviour } from './behaviour.ts'
import type { LogOptions } from './container-log.ts'
import { containerLog } from './container-log.ts'

const SECOND = 1_000_000
const shell = (script: string) =>
  containerBehaviour({ image: 'busybox', command: ['sh', '-c', script] }, undefined)

test.each<[name: string, script: string, seconds: number, text: string]>([
  ['what was written so far', 'echo a; sleep 2; echo b; sleep 2; echo c', 3, 'a\nb\n'],
  ['a line at its very moment', 'echo a; sleep 2; echo b', 2, 'a\nb\n'],
  ['the rounds of an endless loop', 'while true; do echo tick; sleep 2; done', 5, 'tick\ntick\ntick\n'],
  ['what comes before the loop, once', 'echo up; while true; do echo t; sleep 2; done', 3, 'up\nt\nt\n'],
  [
    'a loop of several lines, cut in a round',
    'while :; do echo a; sleep 1; echo b; sleep 1; done',
    2,
    'a\nb\na\n',
  ],
  ['a loop that never sleeps only once', 'while true; do echo spin; done', 9, 'spin\n'],
  ['nothing of a silent program', 'sleep 100', 9, ''],
])('the log has %s', (_name, script, seconds, text) => {
  expect(containerLog(shell(script), 7 * SECOND, (7 + seconds) * SECOND)).toBe(text)
})

test.each<[options: LogOptions, text: string]>([
  [{ tailLines: 2 }, 't\nt\n'],
  [{ tailLines: 0 }, ''],
  [{ sinceMicros: 4 * SECOND }, 't\n'],
  [{ tailLines: 1, timestamps: true }, '2026-01-01T00:00:04.000000000Z t\n'],
])('options %j choose', (options, text) => {
  const writer = shell('echo up; while true; do echo t; sleep 2; done')
  expect(containerLog(writer, 0, 5 * SECOND, options)).toBe(text)
})

test('of a log that has grown for a year only its end is worked out', () => {
  const writer = shell('while true; do echo t; sleep 1; done')
  const year = 365 * 86_400 * SECOND
  expect(containerLog(writer, 0, year).split('\n')).toHaveLength(10_001)
})

test('annotations say what is written; nginx says what it does', () => {
  const annotated = containerBehaviour({ image: 'nginx' }, { 'vitrine.sim/log': 'one\ntwo' })
  expect(containerLog(annotated, 0, SECOND)).toBe('one\ntwo\n')
  const nginx = containerLog(containerBehaviour({ image: 'nginx:1.29' }, undefined), 0, SECOND)
  expect(nginx).toContain('Configuration complete; ready for start up\n')
  expect(nginx).toContain('2026/01/01 00:00:00 [notice] 1#1: start worker processes\n')
})
