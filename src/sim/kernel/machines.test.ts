// Crashes, power cuts, freezes and partitions against one contract: a process that is told of a reset up to some `seq`
// gets no answer to anything it sent up to there, and no message reaches a process that it was not sent to.
import { expect, test } from 'vitest'
import { seconds } from './micros.ts'
import { hostName } from './process.ts'
import { noteOf, World } from './testing/diarists.ts'

test('a process that restarted and crashed again before it answered resets those who had asked it', () => {
  const world = new World()
  world.say('b', 'a')
  world.run(10_000)
  world.crash('a', 1_000)
  world.run(20_000)
  expect(world.resets('b')).toEqual(['a'])
  world.say('b', 'a')
  world.crash('a', 1_000)
  world.run(20_000)
  expect(world.resets('b')).toEqual(['a', 'a'])
})

test('what is stranded for a process does not reach its successor, and its sender is told', () => {
  const world = new World()
  world.say('b', 'a')
  world.run(10_000)
  const cut = world.block('b', 'a')
  const n = world.say('b', 'a')
  world.crash('a', 1_000)
  world.run(1_000_000)
  world.kernel.heal(cut)
  world.run(1_000_000)
  expect(world.diary('a')?.life).toBe(2)
  expect(world.heard('a', n)).toBe(false)
  expect(world.resets('b')).toContain('a')
  const again = world.say('b', 'a')
  world.run(10_000)
  expect(world.answered('b', again)).toBe(true)
})

test('what a process could not get across dies with it', () => {
  const world = new World()
  const cut = world.block('a', 'b')
  const n = world.say('a', 'b')
  world.crash('a', 1_000)
  world.run(1_000_000)
  world.kernel.heal(cut)
  world.run(1_000_000)
  expect(world.heard('b', n)).toBe(false)
})

test('a message sent before its sender knew of the restart is refused, and one sent after it arrives', () => {
  const world = new World()
  world.say('b', 'a')
  world.run(10_000)
  world.delay('a', 'b', 100_000)
  world.crash('a', 0)
  world.run(10_000)
  const before = world.say('b', 'a')
  world.run(95_000)
  expect(world.resets('b')).toEqual(['a'])
  const after = world.say('b', 'a')
  world.run(300_000)
  expect([world.heard('a', before), world.heard('a', after)]).toEqual([false, true])
  expect(world.answered('b', after)).toBe(true)
})

test('what a booted process asks at once follows the reset of its predecessor, and is answered', () => {
  const world = new World()
  for (let cycle = 0; cycle < 12; cycle++) {
    world.say('a', 'b')
    world.say('b', 'a')
    world.run(10_000)
    const power = world.inject(
      [{ lever: 'power-off', host: hostName('host-a') }],
      [{ lever: 'power-on', host: hostName('host-a') }],
    )
    world.run(10_000)
    world.kernel.heal(power)
    const asked = world.say('a', 'b')
    world.run(10_000)
    expect(world.answered('a', asked), `after boot ${cycle + 1}`).toBe(true)
  }
})

test('what a process asks that is started again at once is answered', () => {
  const world = new World()
  for (let cycle = 0; cycle < 12; cycle++) {
    world.say('a', 'b')
    world.say('b', 'a')
    world.run(10_000)
    world.crash('a', 0)
    world.run(0)
    const asked = world.say('a', 'b')
    world.run(10_000)
    expect(world.answered('a', asked), `after restart ${cycle + 1}`).toBe(true)
  }
})

test('of two hosts that boot at the same moment each answers the other or resets it', () => {
  const world = new World()
  for (let cycle = 0; cycle < 12; cycle++) {
    world.say('a', 'b')
    world.say('b', 'a')
    world.run(10_000)
    const faults = [world.powerOff('a'), world.powerOff('b')]
    world.run(10_000)
    for (const fault of faults) world.kernel.heal(fault)
    const asked: number[] = []
    for (let tries = 0; tries < 6; tries++) {
      asked.push(world.say('a', 'b'))
      world.run(100)
    }
    world.run(10_000)
    const sent = world.events.filter(({ type, process }) => type === 'hello' && process === 'a').slice(-6)
    for (const [place, n] of asked.entries()) {
      const { seq } = sent[place] ?? { seq: 0 }
      const isTold = world.diary('a')?.resets.some(({ upTo }) => upTo >= seq) === true
      expect(world.answered('a', n) || isTold, `question ${place + 1} after boot ${cycle + 1}`).toBe(true)
    }
  }
})

test('a process that crashes while frozen loses what it held; healing the freeze does not raise it', () => {
  const world = new World()
  world.say('b', 'a')
  world.run(10_000)
  const frozen = world.freeze('a')
  const n = world.say('b', 'a')
  world.run(10_000)
  const killed = world.kill('a')
  world.run(10_000)
  expect(world.kernel.heal(frozen)).toBe(true)
  world.run(10_000)
  expect(world.diary('a')).toBeUndefined()
  expect(world.resets('b')).toEqual(['a'])
  world.kernel.heal(killed)
  world.run(10_000)
  expect(world.diary('a')?.life).toBe(2)
  expect(world.heard('a', n)).toBe(false)
})

test('a host that loses power while a process is frozen boots it thawed', () => {
  const world = new World()
  world.freeze('a')
  const cut = world.powerOff('a')
  world.run(10_000)
  world.kernel.heal(cut)
  const n = world.say('b', 'a')
  world.run(10_000)
  expect(world.answered('b', n)).toBe(true)
})

test.each([
  ['two power cuts', (world: World) => [world.powerOff('a'), world.powerOff('a')]],
  ['two kills', (world: World) => [world.kill('a'), world.kill('a')]],
  ['a kill and a power cut', (world: World) => [world.kill('a'), world.powerOff('a')]],
  ['a power cut and a kill', (world: World) => [world.powerOff('a'), world.kill('a')]],
] as const)('%s: it is up again when both are healed, whichever comes first', (_what, strike) => {
  for (const order of [
    [0, 1],
    [1, 0],
  ] as const) {
    const world = new World()
    const faults = strike(world)
    for (const index of order) {
      world.run(10_000)
      expect(world.diary('a')).toBeUndefined()
      expect(world.kernel.heal(faults[index] ?? '')).toBe(true)
    }
    world.run(10_000)
    expect(world.diary('a')?.life).toBe(2)
    expect(world.kernel.faults).toEqual([])
  }
})

test('one of two freezes healed leaves the process frozen', () => {
  const world = new World()
  const [first, second] = [world.freeze('a'), world.freeze('a')]
  const n = world.say('b', 'a')
  world.kernel.heal(first)
  world.run(10_000)
  expect(world.answered('b', n)).toBe(false)
  world.kernel.heal(second)
  world.run(10_000)
  expect(world.answered('b', n)).toBe(true)
})

test('a supervisor does not raise what was killed to stay down', () => {
  const world = new World()
  world.crash('a', 50_000)
  const killed = world.kill('a')
  world.run(200_000)
  expect(world.diary('a')).toBeUndefined()
  world.kernel.heal(killed)
  world.run(10_000)
  expect(world.diary('a')?.life).toBe(2)
})

test('a crash is over when the supervisor has done its work; one that heals by itself heals once', () => {
  const world = new World()
  const crash = world.crash('a', 50_000)
  expect(world.kernel.faults.map(({ id, until }) => [id, until])).toEqual([
    [crash, world.kernel.now + 50_000],
  ])
  world.run(60_000)
  expect(world.kernel.faults).toEqual([])
  const cut = world.inject(
    [{ lever: 'power-off', host: hostName('host-a') }],
    [{ lever: 'power-on', host: hostName('host-a') }],
    100_000,
  )
  world.run(50_000)
  expect(world.kernel.heal(cut)).toBe(true)
  world.run(200_000)
  const healed = world.events.filter(
    (event) => event.type === 'fault' && 'step' in event && event.step === 'healed' && event.id === cut,
  )
  expect(healed).toHaveLength(1)
  expect(world.diary('a')?.life).toBe(3)
})

test('a process that should restart during a partition does, and is reached once it heals', () => {
  const world = new World()
  world.say('b', 'a')
  world.run(10_000)
  const cut = world.block('a', '*'.replace('*', 'b'))
  world.crash('a', 1_000)
  world.run(10_000)
  expect(world.diary('a')?.life).toBe(2)
  expect(world.resets('b')).toEqual([])
  world.kernel.heal(cut)
  world.run(10_000)
  expect(world.resets('b')).toEqual(['a'])
  const n = world.say('b', 'a')
  world.run(10_000)
  expect(world.answered('b', n)).toBe(true)
})

test('one way cut: the other direction carries until the connection is given up on both sides', () => {
  const world = new World()
  const cut = world.block('a', 'b')
  const n = world.say('b', 'a')
  world.run(seconds(44))
  expect([world.heard('a', n), world.answered('b', n)]).toEqual([true, false])
  expect([world.resets('a'), world.resets('b')]).toEqual([[], []])
  world.run(seconds(2))
  expect([world.resets('a'), world.resets('b')]).toEqual([['b'], ['a']])
  world.kernel.heal(cut)
  world.run(seconds(1))
  expect(world.answered('b', n)).toBe(false)
})

test('what was held up arrives as soon as its own way carries again, before what is sent then', () => {
  const world = new World()
  world.say('b', 'a')
  world.run(10_000)
  world.block('a', 'b')
  const cut = world.block('b', 'a')
  const first = world.say('b', 'a')
  world.run(1_000_000)
  expect(world.heard('a', first)).toBe(false)
  world.kernel.heal(cut)
  const second = world.say('b', 'a')
  const order: boolean[] = []
  while (!world.heard('a', second)) {
    world.kernel.step()
    order.push(world.heard('a', first))
  }
  expect(order.at(-2)).toBe(true)
})

test('a partition that healed does not cut short the patience with the next one', () => {
  const world = new World()
  world.say('b', 'a')
  world.run(10_000)
  const first = world.block('a', 'b')
  world.run(seconds(30))
  world.kernel.heal(first)
  world.run(seconds(10))
  world.block('a', 'b')
  world.run(seconds(44))
  expect(world.resets('b')).toEqual([])
  world.run(seconds(2))
  expect(world.resets('b')).toEqual(['a'])
})

test('what is sent during a long partition is given up too, and does not arrive when it heals', () => {
  const world = new World()
  const cut = world.block('b', 'a')
  world.run(seconds(60))
  const n = world.say('b', 'a')
  world.run(seconds(46))
  expect(world.resets('b')).toEqual(['a'])
  world.kernel.heal(cut)
  world.run(seconds(1))
  expect(world.heard('a', n)).toBe(false)
})

test('a message in flight or held by a frozen process can be lost; a timer, a start and a command cannot', () => {
  const world = new World()
  world.freeze('a')
  const n = world.say('b', 'a')
  world.run(10_000)
  const hello = world.events.find((event) => event.type === 'hello')?.seq ?? 0
  world.inject([{ lever: 'drop', message: hello }])
  world.crash('c', 1_000)
  for (const { seq } of world.kernel.pending().slice()) world.inject([{ lever: 'drop', message: seq }])
  world.run(10_000)
  expect(world.diary('c')?.life).toBe(2)
  for (const { id } of world.kernel.faults) world.kernel.heal(id)
  world.run(10_000)
  expect(world.heard('a', n)).toBe(false)
  const lost = world.events.filter((event) => event.type === 'lost')
  expect(lost.map((event) => 'message' in event && event.message)).toEqual([hello])
})

test('a slow process handles one thing at a time, in order, and catches up at once when it is healed', () => {
  const world = new World()
  const slow = world.slow('a', 1_000_000)
  const said = [1, 2, 3, 4].map(() => world.say('b', 'a'))
  const heard = () => said.filter((n) => world.heard('a', n))
  world.run(100_000)
  expect(heard()).toEqual(said.slice(0, 1))
  world.run(1_000_000)
  expect(heard()).toEqual(said.slice(0, 2))
  world.kernel.heal(slow)
  world.run(10_000)
  expect(heard()).toEqual(said)
  expect(world.diary('a')?.received.map(({ n }) => n)).toEqual(said)
})

test('of two that slow a process the newer counts; healing one leaves the other', () => {
  const world = new World()
  const heavy = world.slow('a', 60_000_000)
  const light = world.slow('a', 100_000)
  const first = world.say('b', 'a')
  const second = world.say('b', 'a')
  world.run(200_000)
  expect([world.heard('a', first), world.heard('a', second)]).toEqual([true, true])
  world.kernel.heal(light)
  world.say('b', 'a')
  const held = world.say('b', 'a')
  world.run(30_000_000)
  expect(world.heard('a', held)).toBe(false)
  world.kernel.heal(heavy)
  world.run(10_000)
  expect(world.heard('a', held)).toBe(true)
})

test('a slow process that is frozen and crashes forgets what waited, and its successor is as slow', () => {
  const world = new World()
  world.slow('a', 500_000)
  const waiting = [world.say('b', 'a'), world.say('b', 'a')]
  world.run(10_000)
  const frozen = world.freeze('a')
  world.run(2_000_000)
  expect(world.heard('a', waiting[1] ?? 0)).toBe(false)
  world.crash('a', 1_000)
  world.run(2_000_000)
  world.kernel.heal(frozen)
  const said = [world.say('c', 'a'), world.say('c', 'a')]
  world.run(100_000)
  expect(said.map((n) => world.heard('a', n))).toEqual([true, false])
  world.run(1_000_000)
  expect(said.map((n) => world.heard('a', n))).toEqual([true, true])
})

test('connections that are cut lose what was on its way, both ends are told, and new ones work', () => {
  const world = new World()
  world.say('a', 'b')
  world.run(10_000)
  const flying = world.say('a', 'b')
  while (!world.events.some((event) => event.type === 'hello' && noteOf(event)?.n === flying))
    world.kernel.step()
  world.cut('a', 'b')
  world.run(10_000)
  expect(world.heard('b', flying)).toBe(false)
  expect([world.resets('a'), world.resets('b')]).toEqual([['b'], ['a']])
  const again = world.say('a', 'b')
  world.run(10_000)
  expect(world.answered('a', again)).toBe(true)
})

test('what a link loses is sent again on a connection: it arrives, later and in order', () => {
  const world = new World()
  world.lose('a', 'b', 70)
  const said = Array.from({ length: 20 }, () => world.say('a', 'b'))
  world.run(300_000)
  expect(said.every((n) => world.heard('b', n))).toBe(false)
  world.run(120_000_000)
  expect(world.diary('b')?.received.map(({ n }) => n)).toEqual(said)
})
