// Going forward, back, aside and on: where the cursor stands decides what is shown, however it came there.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Picture } from '../projections/picture.ts'
import type { Table } from '../projections/tables.ts'
import type { ClientTraffic } from '../projections/traffic.ts'
import { trafficView } from '../projections/traffic.ts'
import { hashPlain } from '../sim/kernel/plain-data.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import type { Frame, StepSize } from '../worker/protocol.ts'
import { loadLateParts } from './load-late-parts.ts'
import { Player } from './player.ts'
import { rowAt } from './row-at.ts'
import { queryRows } from './rows.ts'
import { findScenario, loadScenarios } from './scenarios.ts'
import { Screen } from './screen.ts'
import { Session } from './session.ts'
import { readShared, share } from './share.ts'
import { worldFor } from './world.ts'

await Promise.all([loadLateParts(), loadScenarios()])

const SIZES: readonly StepSize[] = ['message', 'write', 'chapter', 'until-quiet']

function open(name = 'pod-creation', seed?: number): Session {
  const scenario = findScenario(name)
  const chosen = seed ?? scenario.seed
  return new Session({ scenario, seed: chosen, world: worldFor(scenario, chosen) })
}

const plain = (picture: Picture): unknown =>
  Object.fromEntries(
    Object.entries(picture).map(([name, table]) => [
      name,
      Object.fromEntries((table as Table<unknown>).entries()),
    ]),
  )

/** All that somebody sees who looks at the cursor. */
function sight(session: Session): unknown {
  const { branch, cursor, length } = session
  return {
    cursor,
    branch: branch.id,
    digest: branch.recording.digestAt(length),
    stage: plain(branch.stage.at(length)),
    milestones: branch.milestones.at(length),
    traffic: trafficView.show?.(branch.views.traffic?.at(length) as Table<ClientTraffic>),
    rows: queryRows(session, { level: 'noise', limit: 50, offset: Math.max(0, length - 50) }).rows,
  }
}

/** The same as one number, which is quicker to compare. */
const glance = (session: Session): number => hashPlain(sight(session), 0)

/** A story told to its end, with the cursor back at its start. */
function told(name = 'pod-creation'): Session {
  const session = open(name)
  session.runChapter()
  while (!session.script.isIdle(session.branch)) session.simulate(session.branch.head + 60_000_000)
  session.goTo(session.branch.head + 5_000_000)
  session.seek({ end: 'start' })
  return session
}

/** For those who only look. */
const known = told()

test.each(SIZES.flatMap((size) => ['start', '8', '13.1'].map((from) => [size, from] as const)))(
  'steps of size %s from %s: as many back as forward show the same moments again',
  (size, from) => {
    const session = known
    if (from === 'start') session.seek({ end: from })
    else session.seek({ step: from })
    const steps = size === 'message' ? 25 : size === 'write' ? 8 : 3
    const seen = [glance(session)]
    for (let n = 0; n < steps; n++) {
      const before = session.cursor
      session.step(size, 1)
      if (session.cursor === before) break
      seen.push(glance(session))
    }
    while (seen.length > 0) {
      expect(glance(session)).toEqual(seen.pop())
      if (seen.length > 0) session.step(size, -1)
    }
  },
)

test('the first step runs the command that is ready, and stepping back shows the cluster at rest again', () => {
  const session = open()
  const rest = glance(session)
  const seen: number[] = []
  for (let n = 0; n < 12; n++) {
    seen.push(glance(session))
    session.step('message', 1)
  }
  for (let n = 0; n < 12; n++) {
    session.step('message', -1)
    if (n < 11) expect(glance(session)).toEqual(seen.pop())
  }
  expect(glance(session)).toEqual(rest)
})

test.each(['message', 'write'] as const)(
  'boundaries of size %s are the same going back as forward',
  (size) => {
    const session = known
    const forward: number[] = []
    for (let n = 0; n < 40; n++) {
      session.step(size, 1)
      forward.push(session.cursor)
    }
    session.seek({ at: session.cursor })
    for (const at of forward.reverse()) {
      expect(session.cursor).toBe(at)
      session.step(size, -1)
    }
  },
)

test('every event has a row with a label, and every answer to a client has its request', () => {
  const { recording } = known.branch
  recording.all().forEach((event, index) => {
    expect(rowAt(recording, index, new Map())?.label, `event ${event.seq} of type ${event.type}`).toMatch(
      /\S/,
    )
    if (event.type === 'response' && 'from' in event)
      expect(recording.requestOf(event as Delivery)?.type, `response ${event.seq}`).toBe('request')
  })
})

test('acting where nothing lies ahead does not fork; acting in the past does, and leaves the parent as it was', () => {
  const session = told()
  session.seek({ end: 'head' })
  session.kubectl('get pods', {})
  expect(session.branches.size).toBe(1)
  session.goTo(session.cursor + 3_000_000)
  const main = session.branch
  const { head } = main
  const length = main.recording.length
  const digest = main.recording.digestAt(length)
  const commands = main.commands.length
  session.seek({ step: '8' })
  session.fault({ fault: 'process-down', target: 'kube-scheduler-1' })
  expect(session.branch.id).not.toBe('main')
  expect(session.branch.parent).toBe('main')
  session.goTo(session.cursor + 10_000_000)
  expect([main.head, main.recording.length, main.commands.length]).toEqual([head, length, commands])
  expect(main.recording.digestAt(length)).toBe(digest)
  session.switchBranch('main')
  session.goTo(head)
  expect(session.branch.recording.digestAt(length)).toBe(digest)
  session.goTo(head + 5_000_000)
  const untouched = told()
  untouched.seek({ end: 'head' })
  untouched.kubectl('get pods', {})
  untouched.goTo(head + 5_000_000)
  expect(session.branch.recording.digestAt(session.length)).toBe(
    untouched.branch.recording.digestAt(untouched.length),
  )
})

test('acting within what was only simulated ahead replaces it, without a branch', () => {
  const session = open()
  session.runChapter()
  session.goTo(session.cursor + 20_000)
  session.simulate(session.branch.head + 2_000_000)
  session.fault({ fault: 'process-down', target: 'kube-scheduler-1' })
  expect(session.branches.size).toBe(1)
  expect(session.branch.id).toBe('main')
  const twin = open()
  twin.runChapter()
  twin.goTo(twin.cursor + 20_000)
  twin.fault({ fault: 'process-down', target: 'kube-scheduler-1' })
  for (const one of [session, twin]) one.goTo(one.cursor + 5_000_000)
  expect(sight(session)).toEqual(sight(twin))
})

test('a fork at any moment that does nothing new is its parent over again', () => {
  const session = told()
  const { branch } = session
  const { head } = branch
  for (let n = 0; n <= 20; n++) {
    const at = Math.round((head / 20) * n)
    const fork = branch.fork('fork', at, '')
    const length = branch.lengthAt(at)
    expect(fork.recording.length).toBe(length)
    expect(fork.recording.digestAt(length)).toBe(branch.recording.digestAt(length))
    for (let index = 0; index < length; index += 7) {
      expect(fork.recording.standing(index)).toEqual(branch.recording.standing(index))
      expect(rowAt(fork.recording, index, new Map())).toEqual(rowAt(branch.recording, index, new Map()))
    }
    expect(plain(fork.stage.at(length))).toEqual(plain(branch.stage.at(length)))
  }
})

test('a shared link leads to the same moment, on a branch too', () => {
  const session = told()
  session.seek({ step: '9' })
  session.fault({ fault: 'process-crash', target: 'kube-controller-manager-1', restartSeconds: 1 })
  session.goTo(session.cursor + 4_000_000)
  session.kubectl('get pods -o wide', {})
  session.goTo(session.cursor + 1_500_000)
  const link = readShared(share(session))
  const again = open(link.scenario, link.seed)
  again.replay(link.commands, link.cursor)
  const { branch: _one, ...seen } = sight(session) as { branch: string }
  const { branch: _other, ...found } = sight(again) as { branch: string }
  expect(found).toEqual(seen)
})

// ── frames ────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Shown = Record<string, unknown>

/** What a page holds that was given this frame on top of what it had. */
function apply(shown: Shown, frame: Frame): Shown {
  const next: Shown = frame.reset ? {} : { ...shown }
  const { stage, views, reset: _reset, ...rest } = frame
  for (const [table, { set, gone }] of Object.entries(stage)) {
    const entries = { ...(next[table] as Shown | undefined), ...set }
    for (const key of gone) delete entries[key]
    next[table] = entries
  }
  Object.assign(next, rest, { views: { ...(next.views as Shown | undefined), ...views } })
  return next
}

/** A table that has emptied and one that was never filled are the same to a page. */
const withoutEmpty = (shown: Shown): Shown =>
  Object.fromEntries(
    Object.entries(shown).filter(
      ([, table]) => typeof table !== 'object' || table === null || Object.keys(table).length > 0,
    ),
  )

const journey = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('seek' as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ do: fc.constant('step' as const), size: fc.constantFrom(...SIZES), forward: fc.boolean() }),
    fc.record({ do: fc.constant('play' as const), millis: fc.integer({ min: 1, max: 300 }) }),
    fc.record({ do: fc.constant('strike' as const), target: fc.constantFrom('etcd-2', 'kube-scheduler-1') }),
    fc.record({ do: fc.constant('switch' as const), nth: fc.nat(3) }),
  ),
  { minLength: 3, maxLength: 14 },
)

test('the frames of any journey add up to what a page sees that joins at its end', () => {
  fc.assert(
    fc.property(journey, (legs) => {
      const session = told()
      const player = new Player(session)
      const screen = new Screen(session, player)
      let shown = apply({}, screen.frame())
      for (const leg of legs) {
        if (leg.do === 'seek')
          session.goTo(Math.round(session.start + (session.branch.head - session.start) * leg.to))
        else if (leg.do === 'step') session.step(leg.size, leg.forward ? 1 : -1)
        else if (leg.do === 'strike') session.fault({ fault: 'process-crash', target: leg.target })
        else if (leg.do === 'switch') session.switchBranch([...session.branches.keys()][leg.nth] ?? 'main')
        if (leg.do === 'play') {
          player.play(1, undefined)
          player.tick(leg.millis)
        } else player.moved()
        shown = apply(shown, screen.frame())
      }
      const fresh = apply({}, new Screen(session, player).frame())
      expect(withoutEmpty(shown)).toEqual(withoutEmpty(fresh))
    }),
    { numRuns: 8, seed: 3 },
  )
}, 120_000)
