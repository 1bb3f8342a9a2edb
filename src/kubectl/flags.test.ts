import { expect, test } from 'vitest'
import { CommandFailure } from './failure.ts'
import { flag, parseFlags } from './flags.ts'

const SPECS = [
  flag('output', 'text', 'o'),
  flag('all', 'bool', 'A'),
  flag('watch', 'bool', 'w'),
  flag('filename', 'list', 'f'),
  flag('replicas', 'number'),
  flag('dry-run', 'text', '', 'unchanged'),
]

test('every way to write a flag', () => {
  const words = [
    'pods',
    '-o',
    'wide',
    '-wA',
    '--filename=a',
    '-fb',
    '--replicas',
    '3',
    '--dry-run',
    'x',
    '--',
    '-z',
  ]
  const { args, flags, rest } = parseFlags('kubectl get', words, SPECS)
  expect(args).toEqual(['pods', 'x'])
  expect(rest).toEqual(['-z'])
  expect([flags.text('output'), flags.text('dry-run'), flags.number('replicas')]).toEqual([
    'wide',
    'unchanged',
    3,
  ])
  expect([flags.bool('watch'), flags.bool('all'), flags.bool('nothing', true)]).toEqual([true, true, true])
  expect(flags.list('filename')).toEqual(['a', 'b'])
})

test('a bool may be denied', () => {
  expect(parseFlags('kubectl delete', ['--all=false'], SPECS).flags.bool('all', true)).toBe(false)
})

test.each([
  [['--nope'], "error: unknown flag: --nope\nSee 'kubectl get --help' for usage.\n"],
  [['-wz'], "error: unknown shorthand flag: 'z' in -wz\nSee 'kubectl get --help' for usage.\n"],
  [['--replicas'], "error: flag needs an argument: --replicas\nSee 'kubectl get --help' for usage.\n"],
  [
    ['--replicas=x'],
    'error: invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax\n',
  ],
  [
    ['-w=maybe'],
    'error: invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax\n',
  ],
  [
    ['-w=constructor'],
    'error: invalid argument "constructor" for "-w, --watch" flag: strconv.ParseBool: parsing "constructor": invalid syntax\n',
  ],
  [
    ['--replicas=99999999999999999999'],
    'error: invalid argument "99999999999999999999" for "--replicas" flag: strconv.ParseInt: parsing "99999999999999999999": value out of range\n',
  ],
  [['--__proto__'], "error: unknown flag: --__proto__\nSee 'kubectl get --help' for usage.\n"],
])('%j is refused', (words, stderr) => {
  let thrown: unknown
  try {
    parseFlags('kubectl get', words, SPECS)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(CommandFailure)
  expect(thrown).toMatchObject({ stderr, exitCode: 1 })
})
