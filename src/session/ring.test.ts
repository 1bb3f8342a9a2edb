// What was dropped is made again as it was: a session that keeps next to nothing shows the same as one that keeps all.
import { expect, test } from 'vitest'
import { hashPlain } from '../sim/kernel/plain-data.ts'
import { inspect } from './inspect.ts'
import { keptFrom } from './kept-events.ts'
import { loadLateParts } from './load-late-parts.ts'
import { Player } from './player.ts'
import { queryRows } from './rows.ts'
import type { Scale } from './scale.ts'
import { scaleOf } from './scale.ts'
import { findScenario, loadScenarios } from './scenarios.ts'
import { Screen } from './screen.ts'
import { Session } from './session.ts'
import { worldFor } from './world.ts'

await Promise.all([loadLateParts(), loadScenarios()])

const LITTLE: Scale = { ...scaleOf(3), events: 1_500, deliveries: 500, checkpoints: 5 }

function told(name: string, scale?: Scale): Session {
  const scenario = findScenario(name)
  const world = worldFor(scenario, scenario.seed)
  const session = new Session({
    scenario,
    seed: scenario.seed,
    world: scale === undefined ? world : { ...world, scale },
  })
  for (let chapter = 0; chapter < scenario.chapters.length; chapter++) {
    session.goTo(session.branch.head)
    if (!session.runChapter()) break
    while (!session.script.isIdle(session.branch)) session.simulate(session.branch.head + 60_000_000)
  }
  session.goTo(session.branch.head + 5_000_000)
  return session
}

test.each(['pod-creation', 'node-down'])(
  '%s is the same where next to nothing is kept',
  (name) => {
    const whole = told(name)
    const little = told(name, LITTLE)
    const { recording } = little.branch
    expect(recording.length).toBe(whole.branch.recording.length)
    expect(recording.segments.filter(({ body }) => body === null).length).toBeGreaterThan(4)
    expect(recording.segments.filter(({ checkpoint }) => checkpoint !== null).length).toBeLessThanOrEqual(6)
    let kept = 0
    for (const { body } of recording.segments) kept += body?.events.length ?? 0
    expect(kept).toBeLessThan(LITTLE.events + 2_000)
    const events = whole.branch.recording.all()
    for (let index = 0; index < events.length; index++) {
      const event = recording.event(index)
      if (event === undefined || hashPlain(event, 0) !== hashPlain(events[index], 0))
        expect({ index, event }).toEqual({ index, event: events[index] })
    }
    for (const share of [0.1, 0.9, 0.5, 0.3]) {
      const at = Math.round(whole.start + (whole.branch.head - whole.start) * share)
      const frames = [whole, little].map((session) => {
        session.goTo(at)
        const frame = new Screen(session, new Player(session)).frame()
        const { stage, story, recent, current, flights, views } = frame
        return {
          stage,
          story,
          recent,
          current,
          flights,
          views,
          digest: session.branch.recording.digestAt(session.length),
        }
      })
      expect(frames[1]).toEqual(frames[0])
      const forks = [whole, little].map((session) => session.branch.fork('fork', at, ''))
      expect(forks[1]?.kernel.digest).toBe(forks[0]?.kernel.digest)
      expect(forks[1]?.recording.length).toBe(forks[0]?.recording.length)
    }
  },
  120_000,
)

test('going back makes checkpoints where it ends and just before, not all the way, and no more than a few in all', () => {
  const { branch } = told('node-down', LITTLE)
  const { segments } = branch.recording
  const withCheckpoint = (): number => segments.filter(({ checkpoint }) => checkpoint !== null).length
  const far = segments.findIndex(
    ({ checkpoint, body }, place) =>
      body === null && checkpoint === null && segments[place - 1]?.checkpoint === null,
  )
  expect(far).toBeGreaterThan(1)
  expect(branch.recording.event(segments[far]?.before.length ?? 0)).toBeDefined()
  for (const place of [far, far - 1]) expect(segments[place]?.checkpoint).not.toBeNull()
  for (let place = 1; place < segments.length - 1; place += 2) {
    branch.recording.event(segments[place]?.before.length ?? 0)
    expect(segments[place]?.body).not.toBeNull()
    expect(withCheckpoint()).toBeLessThanOrEqual(LITTLE.checkpoints + 2)
  }
})

test('the inspector makes nothing again that takes long, says so, and still tells what it knows', () => {
  const session = told('node-down', { ...LITTLE, again: 0 })
  const { branch } = session
  const { recording } = branch
  recording.remake = () => expect.fail('made again')
  for (const pod of branch.stage.at(session.length).pods.values()) {
    const seen = inspect(session, { kind: 'pod', uid: pod.uid })
    expect(seen).toMatchObject({ kind: 'object', versions: [{ verb: expect.any(String) }] })
  }
  const writes = branch.writes.at(session.length).entries()
  const isDropped = (seq: number): boolean => recording.segmentOf(seq)?.body === null
  const [key = ''] = writes.find(([, { seq, cause }]) => isDropped(seq) && isDropped(cause)) ?? []
  const old = inspect(session, { kind: 'object', key })
  expect(old.kind === 'object' && old.versions.map(({ writer }) => writer)).toEqual([null])
  const dropped = recording.segments.find(({ body }) => body === null)
  expect(inspect(session, { kind: 'event', seq: dropped?.lastSeq ?? 0 })).toEqual({
    kind: 'dropped',
  })
  expect(
    inspect(session, { kind: 'event', seq: (recording.event(recording.length - 1)?.seq ?? 0) + 1 }),
  ).toEqual({ kind: 'absent' })
  for (let index = keptFrom(recording, recording.length); index < recording.length; index += 3)
    expect(inspect(session, { kind: 'event', seq: recording.event(index)?.seq ?? 0 }).kind).toBe('event')
  for (const { id } of branch.stage.at(session.length).processes.values()) {
    inspect(session, { kind: 'process', id })
    inspect(session, { kind: 'member', id })
    inspect(session, { kind: 'link', from: id, to: 'kube-apiserver-1' })
  }
  for (const seq of [dropped?.lastSeq ?? 0, recording.event(recording.length - 1)?.seq ?? 0])
    queryRows(session, { level: 'noise', limit: 10, chain: seq })
  queryRows(session, { level: 'noise', limit: 10, text: 'pods' })
})

test('a chain that leads far back is searched without making all that is kept again', () => {
  const session = told('node-down', LITTLE)
  const { recording } = session.branch
  const { remake } = recording
  let remade = 0
  recording.remake = (segment) => {
    remade++
    remake(segment)
  }
  const newest = recording.event(recording.length - 1)?.seq ?? 0
  const dropped = recording.segments.findLast(({ body }) => body === null)
  queryRows(session, { level: 'noise', limit: 10, chain: newest })
  remade = 0
  queryRows(session, { level: 'noise', limit: 10, chain: dropped?.lastSeq ?? 0 })
  const causes = new Set<unknown>()
  for (
    let event = recording.find(dropped?.lastSeq ?? 0);
    event !== undefined;
    event = recording.find(event.cause)
  )
    causes.add(recording.segmentOf(event.seq))
  expect(remade).toBeLessThanOrEqual(causes.size)
})

test('what a finished chapter began with is not made again for each command', () => {
  const session = told('node-down', LITTLE)
  const { recording } = session.branch
  const { remake } = recording
  let remade = 0
  recording.remake = (segment) => {
    remade++
    remake(segment)
  }
  for (let times = 0; times < 3; times++) session.kubectl('get nodes', {})
  expect(remade).toBe(0)
})
