// Crashes, power cuts, freezes and partitions against one contract: a process that is told of a reset up to some `seq`
// gets no answer to anything it sent up to there, and no message reaches a process that it was not sent to.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clusterNetwork } from '../net/network.ts'
import { Kernel } from './kernel.ts'
import type { Lever } from './machine-room.ts'
import { micros, seconds } from './micros.ts'
import type { Message, ProcessDefinition } from './process.ts'
import { hostName, processId } from './process.ts'
import type { TraceEvent } from './trace.ts'

/** What a process that only keeps a diary has seen. */
interface Diary {
  readonly life: number
  readonly received: {
    readonly type: string
    readonly from: string
    readonly seq: number
    readonly n: number
  }[]
  readonly resets: { readonly peer: string; readonly upTo: number }[]
  disk: { lives: number }
}
type Note = Message & { n?: number; to?: string; after?: number; peer?: string; upTo?: number }

const diarist: ProcessDefinition<Diary> = {
  kind: 'diarist',
  init(_id, _config, { disk }) {
    const lives = ((disk as Diary['disk'] | undefined)?.lives ?? 0) + 1
    return { life: lives, received: [], resets: [], disk: { lives } }
  },
  handle(state, delivery, context) {
    const { type, n = 0, to = '', peer = '', upTo = 0 } = delivery.message as Note
    if (type === 'say') context.send(processId(to), { type: 'hello', n } as Message)
    else if (type === 'hello') {
      state.received.push({ type, from: delivery.from, seq: delivery.seq, n })
      context.send(delivery.from, { type: 'answer', n } as Message)
    } else if (type === 'answer') state.received.push({ type, from: delivery.from, seq: delivery.seq, n })
    else if (type === 'reset') state.resets.push({ peer, upTo })
  },
}

class World {
  readonly events: TraceEvent[] = []
  readonly kernel = new Kernel({
    definitions: { diarist: diarist as ProcessDefinition },
    network: clusterNetwork([]),
    seed: 1,
    onEvent: (event) => this.events.push(event),
  })
  private said = 0

  constructor() {
    for (const name of ['a', 'b', 'c']) {
      this.kernel.addHost(hostName(`host-${name}`), 'node')
      this.kernel.spawn(processId(name), 'diarist', hostName(`host-${name}`), {})
    }
    this.run(10_000)
  }

  run(forMicros: number): this {
    this.kernel.runUntil(micros(this.kernel.now + forMicros))
    return this
  }

  /** Has one process greet another; returns the number of the greeting. */
  say(from: string, to: string): number {
    this.kernel.command(processId(from), { type: 'say', to, n: ++this.said } as Message)
    return this.said
  }

  diary(of: string): Diary | undefined {
    return this.kernel.stateOf(processId(of)) as Diary | undefined
  }

  heard(by: string, n: number): boolean {
    return this.diary(by)?.received.some((one) => one.type === 'hello' && one.n === n) === true
  }

  answered(to: string, n: number): boolean {
    return this.diary(to)?.received.some((one) => one.type === 'answer' && one.n === n) === true
  }

  resets(at: string): readonly string[] {
    return (this.diary(at)?.resets ?? []).map(({ peer }) => peer)
  }

  inject(levers: readonly Lever[], heal: readonly Lever[] = [], forMicros: number | null = null): string {
    return this.kernel.inject('test', 'target', levers, heal, forMicros)
  }

  crash(process: string, restartAfterMicros: number): string {
    return this.inject([
      { lever: 'crash', process: processId(process), reason: 'crashed', restartAfterMicros },
    ])
  }

  kill(process: string): string {
    return this.inject(
      [{ lever: 'crash', process: processId(process), reason: 'killed' }],
      [{ lever: 'start', process: processId(process) }],
    )
  }

  freeze(process: string): string {
    return this.inject(
      [{ lever: 'freeze', process: processId(process) }],
      [{ lever: 'thaw', process: processId(process) }],
    )
  }

  powerOff(of: string): string {
    const host = hostName(`host-${of}`)
    return this.inject([{ lever: 'power-off', host }], [{ lever: 'power-on', host }])
  }

  block(from: string, to: string): string {
    return this.inject(
      [{ lever: 'block', id: 'x', from: [`host-${from}`], to: [`host-${to}`] }],
      [{ lever: 'unlink', id: 'x' }],
    )
  }

  slow(process: string, micros: number): string {
    const id = 'slow'
    return this.inject(
      [{ lever: 'impair', id, process: processId(process), name: 'slow', value: micros }],
      [{ lever: 'mend', id, process: processId(process) }],
    )
  }

  cut(from: string, to: string): string {
    return this.inject([{ lever: 'cut', from: [`host-${from}`], to: [`host-${to}`] }])
  }

  lose(from: string, to: string, percent: number): string {
    return this.inject(
      [{ lever: 'lose', id: 'x', from: [`host-${from}`], to: [`host-${to}`], percent }],
      [{ lever: 'unlink', id: 'x' }],
    )
  }

  delay(from: string, to: string, extraMicros: number): string {
    return this.inject(
      [{ lever: 'delay', id: 'x', from: [`host-${from}`], to: [`host-${to}`], extraMicros }],
      [{ lever: 'unlink', id: 'x' }],
    )
  }
}

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
  while (
    !world.events.some(
      (event) => event.type === 'hello' && (event as unknown as { message: Note }).message.n === flying,
    )
  )
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

// ── any mixture of them ───────────────────────────────────────────────────────────────────────────────────────────

const name = fc.constantFrom('a', 'b', 'c')
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), from: name, to: name }) },
  fc.record({ do: fc.constant('crash' as const), of: name, after: fc.constantFrom(0, 300, 5_000) }),
  fc.record({ do: fc.constantFrom('kill' as const, 'freeze' as const, 'powerOff' as const), of: name }),
  fc.record({ do: fc.constant('block' as const), from: name, to: name }),
  fc.record({ do: fc.constant('delay' as const), from: name, to: name }),
  fc.record({ do: fc.constant('cut' as const), from: name, to: name }),
  fc.record({ do: fc.constant('lose' as const), from: name, to: name }),
  fc.record({ do: fc.constant('slow' as const), of: name }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant('heal' as const), nth: fc.nat(20) }) },
)
const acts = fc.array(fc.tuple(act, fc.constantFrom(0, 100, 400, 2_000, 50_000, 46_000_000)), {
  minLength: 5,
  maxLength: 40,
})

function play(
  world: World,
  steps: readonly (readonly [typeof act extends fc.Arbitrary<infer A> ? A : never, number])[],
): void {
  for (const [step, wait] of steps) {
    if (step.do === 'say') {
      if (step.from !== step.to && world.diary(step.from) !== undefined) world.say(step.from, step.to)
    } else if (step.do === 'crash') world.crash(step.of, step.after)
    else if (step.do === 'block') world.block(step.from, step.to)
    else if (step.do === 'delay') world.delay(step.from, step.to, 30_000)
    else if (step.do === 'cut') world.cut(step.from, step.to)
    else if (step.do === 'lose') world.lose(step.from, step.to, 60)
    else if (step.do === 'slow') world.slow(step.of, 70_000)
    else if (step.do === 'heal') world.kernel.heal(world.kernel.faults[step.nth]?.id ?? '')
    else world[step.do](step.of)
    world.run(wait)
  }
}

test('whatever happens, no answer follows a reset that covers its question, and all heals in the end', () => {
  fc.assert(
    fc.property(acts, (steps) => {
      const world = new World()
      play(world, steps)
      checkContract(world)
      for (const { id } of world.kernel.faults) world.kernel.heal(id)
      world.run(seconds(1))
      for (const { id } of world.kernel.faults) world.kernel.heal(id)
      // What was lost is still being sent again.
      world.run(seconds(10))
      // Everybody is told of what broke by the first try; the second has to get through.
      for (let tries = 0; tries < 2; tries++) {
        const asked = ['ab', 'bc', 'ca', 'ba', 'cb', 'ac'].map(
          ([from = '', to = '']) => [from, world.say(from, to)] as const,
        )
        world.run(seconds(1))
        if (tries === 1) for (const [from, n] of asked) expect(world.answered(from, n)).toBe(true)
      }
      checkContract(world)
    }),
    { numRuns: 150, seed: 7 },
  )
})

/** Read from the trace alone: resets and answers in the order in which they were handled. */
function checkContract(world: World): void {
  for (const of of ['a', 'b', 'c']) {
    const diary = world.diary(of)
    if (diary === undefined) continue
    for (const { peer, upTo } of diary.resets) {
      const asked = world.events.filter(
        (event) =>
          event.type === 'hello' &&
          event.process === of &&
          'to' in event &&
          event.to === peer &&
          event.seq <= upTo,
      )
      for (const question of asked) {
        const n = (question as unknown as { message: Note }).message.n
        const reset = world.events.find(
          (event) =>
            event.type === 'reset' &&
            'to' in event &&
            event.to === of &&
            (event as unknown as { message: Note }).message.upTo === upTo,
        )
        const late = diary.received.find(
          (one) => one.type === 'answer' && one.n === n && reset !== undefined && one.seq > reset.seq,
        )
        expect(late, `an answer to ${n} after its reset`).toBeUndefined()
      }
    }
  }
}
