// Whether a scenario's expectation holds at the head of a branch. Read from what the views show, so that a scenario can
// only expect what a person can see.

import { factsOf } from '../projections/facts.ts'
import { finds, matches } from '../projections/milestones.ts'
import type { Picture } from '../projections/picture.ts'
import type { PodView } from '../projections/stage-view.ts'
import type { Table } from '../projections/tables.ts'
import type { RecordedEvent } from '../sim/kernel/trace.ts'
import type { Branch } from './branch.ts'
import { isQuiet } from './quiet.ts'
import type { Expectation } from './scenario.ts'

type OutputEvent = RecordedEvent & { readonly type: 'output' }

/** What an expectation may look at besides the picture. */
export interface Situation {
  readonly branch: Branch
  readonly stage: Picture
  /** Events recorded before the chapter began. */
  readonly chapterLength: number
}

export function holds(expectation: Expectation, situation: Situation): boolean {
  const { branch, stage } = situation
  if ('milestone' in expectation) {
    return branch.milestones
      .at(branch.recording.length)
      .reached.some(({ id }) => id === expectation.milestone)
  }
  if ('pods' in expectation) return podsHold(expectation.pods, stage)
  if ('node' in expectation) return stage.nodes.get(expectation.node.name)?.ready === expectation.node.ready
  if ('etcdLeader' in expectation) {
    return (
      stage.members.values().some((member) => member.up && member.role === 'leader') ===
      expectation.etcdLeader
    )
  }
  if ('output' in expectation) return outputHolds(expectation.output, situation)
  if ('event' in expectation) return eventHappened(expectation.event, situation)
  return isQuiet(branch)
}

type WantedPods = Extract<Expectation, { pods: unknown }>['pods']

function podsHold(wanted: WantedPods, stage: Picture): boolean {
  const node = wanted.node === undefined ? undefined : resolveNames(wanted.node, stage)
  const found = countPods(wanted, node, stage.pods)
  return wanted.count === undefined ? found > 0 : found === wanted.count
}

interface Count {
  readonly pods: Table<PodView>
  readonly node: string | undefined
  readonly found: number
}

// cache: how many Pods fitted when it was asked last. It is asked at every event, and there may be very many Pods.
const counts = new WeakMap<WantedPods, Count>()

function countPods(wanted: WantedPods, node: string | undefined, pods: Table<PodView>): number {
  const fits = (pod: PodView | undefined): boolean =>
    pod?.recorded === true &&
    pod.namespace === wanted.namespace &&
    pod.name.startsWith(wanted.prefix) &&
    (wanted.phase === undefined || pod.phase === wanted.phase) &&
    (wanted.ready === undefined || pod.ready === wanted.ready) &&
    (wanted.deleting === undefined || pod.deleting === wanted.deleting) &&
    (node === undefined || nodeFits(node, pod.node))
  const last = counts.get(wanted)
  let found = 0
  if (last === undefined || last.node !== node) found = pods.values().filter(fits).length
  else {
    found = last.found
    const { set, gone } = pods.changesSince(last.pods)
    for (const [uid, pod] of set) found += Number(fits(pod)) - Number(fits(last.pods.get(uid)))
    for (const uid of gone) found -= Number(fits(last.pods.get(uid)))
  }
  counts.set(wanted, { pods, node, found })
  return found
}

const podsLike = (stage: Picture, namespace: string, prefix: string): PodView[] =>
  stage.pods
    .values()
    .filter((pod) => pod.recorded && pod.namespace === namespace && pod.name.startsWith(prefix))

const nodeFits = (wanted: string, node: string | null): boolean =>
  wanted.startsWith('!') ? node !== null && node !== wanted.slice(1) : node === wanted

/** The last command that ended in this chapter, with all that it printed. */
function outputHolds(
  wanted: Extract<Expectation, { output: unknown }>['output'],
  { branch, chapterLength }: Situation,
): boolean {
  const printed = outputsSince(branch, chapterLength)
  const ended = printed.findLast((event) => event.exitCode !== undefined)
  if (ended === undefined) return false
  const text = (stream: 'stdout' | 'stderr'): string =>
    printed
      .filter(({ command }) => command === ended.command)
      .map((event) => event[stream])
      .join('')
  return (
    (wanted.exitCode === undefined || ended.exitCode === wanted.exitCode) &&
    (wanted.stdout === undefined || finds(wanted.stdout, text('stdout'))) &&
    (wanted.stderr === undefined || finds(wanted.stderr, text('stderr')))
  )
}

// cache: what was printed on each branch since a length, and how far it was searched for that.
const outputs = new WeakMap<Branch, { readonly since: number; next: number; readonly found: OutputEvent[] }>()

function outputsSince(branch: Branch, length: number): readonly OutputEvent[] {
  const { recording } = branch
  let search = outputs.get(branch)
  if (search?.since !== length) {
    search = { since: length, next: length, found: [] }
    outputs.set(branch, search)
  }
  for (; search.next < recording.length; search.next++) {
    const event = recording.event(search.next)
    if (event?.type === 'output' && 'stdout' in event) search.found.push(event)
  }
  return search.found
}

// cache: how far each branch was searched for a pattern since a length, and whether it was found.
const searches = new WeakMap<Branch, Map<string, { next: number; found: boolean }>>()

function eventHappened(
  pattern: Extract<Expectation, { event: unknown }>['event'],
  { branch, chapterLength }: Situation,
): boolean {
  const { recording } = branch
  const known = searches.get(branch) ?? new Map<string, { next: number; found: boolean }>()
  searches.set(branch, known)
  const key = `${chapterLength} ${JSON.stringify(pattern)}`
  const search = known.get(key) ?? { next: chapterLength, found: false }
  known.set(key, search)
  for (; search.next < recording.length && !search.found; search.next++) {
    const event = recording.event(search.next)
    if (event === undefined || event.type !== pattern.type) continue
    search.found = matches(pattern, factsOf(event, recording.requestOf))
  }
  return search.found
}

/**
 * Names that only the running cluster knows: `$nodeOf(prefix)` is the node of the first Pod whose name starts so,
 * `$leader` and `$follower` are etcd members. An unknown one stays as it is, and is refused where it is used.
 */
export function resolveNames(text: string, stage: Picture): string {
  return text
    .replace(
      /\$nodeOf\(([^)]*)\)/,
      (all, prefix: string) => podsLike(stage, 'default', prefix)[0]?.node ?? all,
    )
    .replace(/\$leader/, (all) => memberOf(stage, 'leader') ?? all)
    .replace(/\$follower/, (all) => memberOf(stage, 'follower') ?? all)
}

const memberOf = (stage: Picture, role: string): string | undefined =>
  stage.members.values().find((member) => member.up && member.role === role)?.id
