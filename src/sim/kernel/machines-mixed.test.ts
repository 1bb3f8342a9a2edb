// Any mixture of crashes, power cuts, freezes, partitions and slow links keeps the contract of machines.test.ts.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seconds } from './micros.ts'
import type { Note } from './testing/diarists.ts'
import { noteOf, World } from './testing/diarists.ts'
import { isMessage } from './trace.ts'

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

test('whatever happens, each question is answered or covered by a reset, no answer follows its reset, and all heals in the end', () => {
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
      expect(waitingInVain(world)).toEqual([])
    }),
    { numRuns: 300, seed: 7 },
  )
})

/** Questions of processes that run which are neither answered nor covered by a reset. */
function waitingInVain(world: World): string[] {
  const vain: string[] = []
  for (const of of ['a', 'b', 'c']) {
    const born = world.events.findLast(
      (event) => event.type === 'process' && 'target' in event && event.target === of && event.step === 'up',
    )
    for (const event of world.events) {
      if (event.type !== 'hello' || !isMessage(event) || event.from !== of || event.seq < (born?.seq ?? 0))
        continue
      const { n = 0 } = event.message as Note
      const isTold = world.diary(of)?.resets.some(({ peer, upTo }) => peer === event.to && upTo >= event.seq)
      if (!world.answered(of, n) && isTold !== true) vain.push(`${n} from ${of} to ${event.to}`)
    }
  }
  return vain
}

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
        const n = noteOf(question)?.n
        const reset = world.events.find(
          (event) =>
            event.type === 'reset' && 'to' in event && event.to === of && noteOf(event)?.upTo === upTo,
        )
        const late = diary.received.find(
          (one) => one.type === 'answer' && one.n === n && reset !== undefined && one.seq > reset.seq,
        )
        expect(late, `an answer to ${n} after its reset`).toBeUndefined()
      }
    }
  }
}
