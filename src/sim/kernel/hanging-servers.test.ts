// A process that hangs keeps its connections, until those who ping it give them up.
import { expect, test } from 'vitest'
import { seconds } from './micros.ts'
import { World } from './testing/diarists.ts'

test('a server that hangs for 45 s is given up: what it answers late reaches nobody, and what is asked anew does', () => {
  const world = new World()
  world.say('b', 'a')
  world.run(10_000)
  const frozen = world.freeze('a')
  const old = world.say('b', 'a')
  world.run(seconds(44))
  expect(world.resets('b')).toEqual([])
  world.run(seconds(2))
  expect(world.resets('b')).toEqual(['a'])
  const anew = world.say('b', 'a')
  world.run(seconds(2))
  world.kernel.heal(frozen)
  world.run(seconds(1))
  expect([world.heard('a', old), world.answered('b', old)]).toEqual([true, false])
  expect([world.heard('a', anew), world.answered('b', anew)]).toEqual([true, true])
  expect([world.resets('a'), world.resets('b')]).toEqual([['b'], ['a']])
})

test('one that thaws in time keeps its connections, and the next time that it hangs counts anew', () => {
  const world = new World()
  world.say('b', 'a')
  world.run(10_000)
  const first = world.freeze('a')
  const n = world.say('b', 'a')
  world.run(seconds(40))
  world.kernel.heal(first)
  world.run(10_000)
  expect(world.answered('b', n)).toBe(true)
  const second = world.freeze('a')
  world.run(seconds(40))
  world.kernel.heal(second)
  world.run(10_000)
  expect(world.resets('b')).toEqual([])
})

test('who tries again while it hangs is told again each 45 s', () => {
  const world = new World()
  const frozen = world.freeze('a')
  for (let tries = 1; tries <= 3; tries++) {
    world.say('b', 'a')
    world.run(seconds(45))
    expect(world.resets('b')).toHaveLength(tries)
  }
  const last = world.say('b', 'a')
  world.kernel.heal(frozen)
  world.run(10_000)
  expect(world.answered('b', last)).toBe(true)
})
