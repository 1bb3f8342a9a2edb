// Restoring after every event of a story changes nothing: a twin made from the checkpoint goes on as the original does,
// and neither sees what the other changes afterwards.

import { beforeAll, expect, test } from 'vitest'
import type { Checkpoint } from '../sim/kernel/checkpoint.ts'
import { cowMap, isCowMap } from '../sim/kernel/cow-map.ts'
import { IdMap } from '../sim/kernel/id-map.ts'
import type { KernelOptions } from '../sim/kernel/kernel.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import type { SharedMap } from '../sim/kernel/shared-map.ts'
import { sharedMap } from '../sim/kernel/shared-map.ts'
import { fingerprint } from '../sim/kernel/testing/fingerprint.ts'
import type { StampedCommand } from './commands.ts'
import { perform } from './commands.ts'
import { loadLateParts } from './load-late-parts.ts'
import { findScenario, loadScenarios } from './scenarios.ts'
import { Session } from './session.ts'
import { worldFor } from './world.ts'

await Promise.all([loadLateParts(), loadScenarios()])

/** A story that was played: what was done, and the digest after each delivery. */
interface Story {
  readonly options: KernelOptions
  readonly build: (kernel: Kernel) => void
  readonly commands: readonly StampedCommand[]
  /** Deliveries when the story starts and when it is over. */
  readonly start: number
  readonly end: number
  readonly digests: readonly number[]
  readonly finalState: number
}

function tell(name: string): Story {
  const scenario = findScenario(name)
  const world = worldFor(scenario, scenario.seed)
  const session = new Session({ scenario, seed: scenario.seed, world })
  const start = session.branch.kernel.delivered
  session.runChapter()
  while (session.script.resultsOf(session.branch).length === 0)
    session.simulate(session.branch.head + 60_000_000)
  const { commands, kernel } = session.branch
  const story = { options: world.options, build: world.build, commands, start, end: kernel.delivered }
  const digests: number[] = []
  const twin = new Kernel(world.options)
  world.build(twin)
  const run = { kernel: twin, done: 0 }
  while (twin.delivered < story.end) {
    advance(run, commands)
    digests[twin.delivered] = twin.digest
  }
  return { ...story, digests, finalState: stateOf(twin) }
}

interface Run {
  readonly kernel: Kernel
  /** Commands done so far. */
  done: number
}

/** Does the commands that are due, and handles the next delivery. */
function advance(run: Run, commands: readonly StampedCommand[]): void {
  for (;;) {
    const next = commands[run.done]
    if (next === undefined || next.delivered > run.kernel.delivered) break
    run.kernel.runUntil(next.at as Kernel['now'])
    perform(run.kernel, next.command)
    run.done++
  }
  run.kernel.step()
}

const stateOf = (kernel: Kernel): number => fingerprint(kernel.checkpoint())

/** What a constructor makes for the engine's sake alone: a literal with the same members, as the copy is, does as well. */
const RECORDS = ['Sent', 'StartedTask']

function sharedCopy(entries: readonly [string, unknown][]): SharedMap<{ readonly key: string }> {
  const copy = sharedMap<{ readonly key: string }>()
  for (const [key, item] of entries) copy.set(key, item as { readonly key: string })
  return copy
}

/** A copy as it would come back from a file. Refuses what is not plain data. */
function copyOf(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new Error(`a ${typeof value} in the state`)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copyOf(item)]))
  if (isCowMap(value)) {
    const entries = value.toArray().map(([key, item]): [string, unknown] => [key, copyOf(item)])
    return 'version' in value ? sharedCopy(entries) : cowMap(entries)
  }
  if (value instanceof IdMap) return value.mapValues(copyOf)
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = prototype === Object.prototype || prototype === Array.prototype || prototype === null
  if (!isPlain && !RECORDS.includes(value.constructor.name))
    throw new Error(`a ${value.constructor.name} in the state`)
  const copy: Record<string, unknown> = Array.isArray(value) ? (new Array(value.length) as never) : {}
  for (const key of Object.keys(value)) copy[key] = copyOf((value as Record<string, unknown>)[key])
  return Object.isFrozen(value) ? Object.freeze(copy) : copy
}

/** Every object of a state that somebody could change; complains of a frozen one that holds such an object. */
function mutableParts(value: unknown, found: Set<object>, inFrozen = false): Set<object> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found
  const frozen = Object.isFrozen(value)
  if (inFrozen && !frozen && !isCowMap(value))
    throw new Error(`something mutable in something frozen: ${JSON.stringify(value).slice(0, 200)}`)
  if (!frozen) found.add(value)
  const items: unknown[] = isCowMap(value)
    ? value.valuesArray()
    : [...(value instanceof Map ? value.values() : Object.values(value))]
  for (const item of items) mutableParts(item, found, frozen)
  return found
}

/** Every object of a state that is copied for whoever goes on: what is frozen is shared. */
function copiedParts(value: unknown, found: Set<object>): Set<object> {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || found.has(value)) return found
  found.add(value)
  const items = isCowMap(value)
    ? value.valuesArray()
    : [...(value instanceof Map ? value.values() : Object.values(value))]
  for (const item of items) copiedParts(item, found)
  return found
}

/** What a kernel has of its own, beside what it left to a checkpoint. */
const statesOf = (kernel: Kernel, { slots }: Checkpoint): Set<object> => {
  const found = new Set<object>()
  for (const slot of kernel.slots()) {
    if (slots.includes(slot)) continue
    mutableParts(slot.state, found)
    mutableParts(slot.disk, found)
  }
  return found
}

let story: Story
beforeAll(() => {
  story = tell('pod-creation')
})

/** Lets a kernel go on as the story does, and checks the digest at each delivery. */
function follow(run: Run, deliveries: number): void {
  const end = Math.min(story.end, run.kernel.delivered + deliveries)
  while (run.kernel.delivered < end) {
    advance(run, story.commands)
    if (run.kernel.digest !== story.digests[run.kernel.delivered])
      expect.fail(`another history after ${run.kernel.delivered} of ${story.end} deliveries`)
  }
}

/** Calls `visit` after each delivery of the story, beginning where it starts. */
function eachMoment(visit: (run: Run, nth: number) => void): number {
  const kernel = new Kernel(story.options)
  story.build(kernel)
  const run: Run = { kernel, done: 0 }
  while (kernel.delivered < story.start) advance(run, story.commands)
  let nth = 0
  while (kernel.delivered < story.end) {
    advance(run, story.commands)
    visit(run, nth++)
  }
  expect(kernel.digest).toBe(story.digests[story.end])
  expect(stateOf(kernel)).toBe(story.finalState)
  return nth
}

test('checkpoints stay what they were, whoever goes on from them and in whatever order', {
  timeout: 300_000,
}, () => {
  const kept: { readonly checkpoint: Checkpoint; readonly print: number; readonly done: number }[] = []
  const runs: Run[] = []
  const goOn = (from: (typeof kept)[number] | undefined, deliveries: number): void => {
    if (from === undefined) return
    const twin: Run = { kernel: Kernel.restore(story.options, from.checkpoint), done: from.done }
    follow(twin, deliveries)
    runs.push(twin)
  }
  eachMoment((run, nth) => {
    if (nth === 0) runs.push(run)
    if (nth % 40 !== 0) return
    const checkpoint = run.kernel.checkpoint()
    kept.push({ checkpoint, print: fingerprint(checkpoint), done: run.done })
    goOn(kept[(nth * 7) % kept.length], 90)
    goOn(kept.at(-1), 30)
  })
  const owned = new Set<object>()
  const shared = new Set(kept.flatMap(({ checkpoint }) => checkpoint.slots))
  for (const { kernel } of runs)
    for (const slot of kernel.slots()) if (!shared.has(slot)) copiedParts([slot.state, slot.disk], owned)
  for (const one of kept) {
    expect(fingerprint(one.checkpoint)).toBe(one.print)
    for (const { left, state, disk } of one.checkpoint.slots) {
      if (!left) continue
      for (const part of copiedParts([state, disk], new Set())) expect(owned.has(part)).toBe(false)
    }
    goOn(one, 60)
  }
  for (const one of kept) expect(fingerprint(one.checkpoint)).toBe(one.print)
})

test('restoring after every event of the story changes nothing', { timeout: 300_000 }, () => {
  const moments = eachMoment((run, nth) => {
    const checkpoint = run.kernel.checkpoint()
    const twin: Run = { kernel: Kernel.restore(story.options, checkpoint), done: run.done }
    follow(twin, nth % 150 === 0 ? story.end : nth % 10 === 0 ? 150 : 8)
    if (nth % 150 === 0) expect(stateOf(twin.kernel)).toBe(story.finalState)
    expect(run.kernel.digest).toBe(story.digests[run.kernel.delivered])
  })
  expect(moments).toBeGreaterThan(500)
})

test('a checkpoint is plain data: a copy of it that shares nothing does as well', {
  timeout: 300_000,
}, () => {
  eachMoment((run, nth) => {
    if (nth % 200 !== 0) return
    const copy = copyOf(run.kernel.checkpoint()) as Checkpoint
    const twin: Run = { kernel: Kernel.restore(story.options, copy), done: run.done }
    follow(twin, story.end)
    expect(stateOf(twin.kernel)).toBe(story.finalState)
  })
})

test('twins share nothing that either could change, and a checkpoint serves twice', {
  timeout: 300_000,
}, () => {
  eachMoment((run, nth) => {
    if (nth % 250 !== 0) return
    const checkpoint = run.kernel.checkpoint()
    const twins = [0, 1].map(
      (): Run => ({ kernel: Kernel.restore(story.options, checkpoint), done: run.done }),
    )
    for (const twin of twins) follow(twin, 400)
    const [one, other] = twins.map((twin) => statesOf(twin.kernel, checkpoint))
    expect(one?.size).toBeGreaterThan(10)
    for (const part of one ?? [])
      if (other?.has(part)) expect.fail(`shared: ${JSON.stringify(part).slice(0, 300)}`)
    expect(stateOf(Kernel.restore(story.options, checkpoint))).toBe(stateOf(run.kernel))
  })
})
