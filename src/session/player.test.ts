// Playing: whatever the ticks of the host's clock are, the story stops at the same moments and never runs past one.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ClockMode } from '../worker/protocol.ts'
import { loadLateParts } from './load-late-parts.ts'
import { Player } from './player.ts'
import { findScenario, loadScenarios } from './scenarios.ts'
import { Session } from './session.ts'
import { worldFor } from './world.ts'

await Promise.all([loadLateParts(), loadScenarios()])

function open(name = 'pod-creation'): Session {
  const scenario = findScenario(name)
  return new Session({ scenario, seed: scenario.seed, world: worldFor(scenario, scenario.seed) })
}

interface Stop {
  readonly at: number
  readonly reason: string
}

/** Presses play, and again at each stop, answering questions, until the story ends. Ticks are taken in turn. */
function watch(ticks: readonly number[], speed: number, mode: ClockMode = 'teaching'): Stop[] {
  const session = open()
  const player = new Player(session)
  const stops: Stop[] = []
  let still = 0
  player.play(speed, mode)
  for (let n = 0; n < 60_000 && stops.length < 12; n++) {
    const before = session.cursor
    const { until } = player.clock()
    expect(until).toBeGreaterThanOrEqual(before)
    player.tick(ticks[n % ticks.length] ?? 16)
    expect(session.cursor).toBeGreaterThanOrEqual(before)
    still = player.playing && session.cursor === before ? still + 1 : 0
    expect(still, `stands still at ${session.cursor} while it plays`).toBeLessThan(200)
    if (player.playing) continue
    stops.push({ at: session.cursor, reason: player.stopped ?? 'none' })
    if (player.stopped === 'end') break
    answerAll(session)
    player.play(undefined, undefined)
  }
  return stops
}

function answerAll(session: Session): void {
  const { reached } = session.branch.milestones.at(session.length)
  for (const { questions } of session.scenario.chapters)
    for (const { id, after, options } of questions)
      if (reached.some((milestone) => milestone.id === after)) session.answers.set(id, options[0]?.id ?? '')
}

const reference = watch([50], 1)

test('played in teaching time the story stops at its questions and ends', () => {
  expect(reference.length).toBeGreaterThan(1)
  expect(reference.at(-1)?.reason).toBe('end')
  expect(reference.some(({ reason }) => reason === 'question')).toBe(true)
})

test('the stops are the same whatever the ticks and the speed are', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 12 }),
      // The fastest is what a script may ask for: a tick passes the whole story.
      fc.constantFrom(1, 2, 10, 2_000),
      (ticks, speed) => {
        // One long tick in each round keeps a run short.
        expect(watch([...ticks, 100, 100], speed)).toEqual(reference)
      },
    ),
    { numRuns: 5, seed: 5 },
  )
})

test('a page that was held up for seconds stops at the first question all the same', () => {
  const [first] = reference
  for (const speed of [1, 8, 2_000]) expect(watch([16, 20_000], speed)[0]).toEqual(first)
})

test('a paused player does not move, and a change of speed moves it nowhere', () => {
  const session = open()
  const player = new Player(session)
  expect(player.tick(100)).toBe(false)
  player.play(1, 'teaching')
  for (let n = 0; n < 20; n++) player.tick(30)
  const at = session.cursor
  player.pause()
  expect(player.tick(100)).toBe(false)
  expect(session.cursor).toBe(at)
  expect(player.clock()).toMatchObject({ now: at, until: at, rate: 0, playing: false })
  player.play(4, undefined)
  expect(session.cursor - at).toBeLessThanOrEqual(1)
  expect(player.clock().speed).toBe(4)
})

test('between two frames the clock runs at the rate that the first one told', () => {
  const session = open()
  const player = new Player(session)
  player.play(1, 'teaching')
  player.tick(16)
  for (let n = 0; n < 400 && player.playing; n++) {
    const { now, rate, until } = player.clock()
    player.tick(10)
    const told = Math.min(until, now + rate * 10)
    // Beyond `until` another rate holds, and a fraction of a microsecond is kept from tick to tick.
    if (told < until && player.playing) expect(Math.abs(session.cursor - told)).toBeLessThanOrEqual(2)
    else expect(session.cursor).toBeGreaterThanOrEqual(Math.floor(Math.min(told, until)) - 2)
  }
})

test('real time passes as fast as the host says', () => {
  const session = open()
  for (const { id } of session.scenario.chapters.flatMap(({ questions }) => questions))
    session.answers.set(id, 'any')
  const player = new Player(session)
  player.play(1, 'real')
  const start = session.cursor
  for (let n = 0; n < 5 && player.playing; n++) player.tick(10)
  expect(player.clock().rate).toBe(1_000)
  if (player.playing) expect(Math.abs(session.cursor - start - 50_000)).toBeLessThanOrEqual(2)
})

test('a tick of a clock that is far too fast for a hundred nodes records so much and no more', () => {
  const session = open('hundred-nodes')
  for (const { questions } of session.scenario.chapters)
    for (const { id } of questions) session.answers.set(id, '')
  const player = new Player(session)
  player.play(100_000, 'real')
  const before = session.branch.recording.length
  player.tick(100)
  expect(session.branch.recording.length - before).toBeGreaterThan(4_000)
  expect(session.branch.recording.length - before).toBeLessThan(5_100)
})
