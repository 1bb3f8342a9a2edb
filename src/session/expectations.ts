// Whether a scenario's expectation holds at the head of a branch. Read from what the views show, so that a scenario can
// only expect what a person can see.

import { factsOf } from '../projections/facts.ts'
import { finds, matches } from '../projections/milestones.ts'
import type { PodView, StageView } from '../projections/stage-view.ts'
import { own } from '../sim/api/json.ts'
import type { RecordedEvent } from '../sim/kernel/trace.ts'
import type { Branch } from './branch.ts'
import type { Expectation } from './scenario.ts'

type OutputEvent = RecordedEvent & { readonly type: 'output' }

/** What an expectation may look at besides the picture. */
export interface Situation {
  readonly branch: Branch
  readonly stage: StageView
  /** Events recorded before the chapter began. */
  readonly chapterLength: number
}

export function holds(expectation: Expectation, situation: Situation): boolean {
  const { branch, stage } = situation
  if ('milestone' in expectation) {
    return branch.milestones
      .at(branch.recording.events.length)
      .reached.some(({ id }) => id === expectation.milestone)
  }
  if ('pods' in expectation) return podsHold(expectation.pods, stage)
  if ('node' in expectation) return own(stage.nodes, expectation.node.name)?.ready === expectation.node.ready
  if ('etcdLeader' in expectation) {
    return (
      Object.values(stage.members).some((member) => member.up && member.role === 'leader') ===
      expectation.etcdLeader
    )
  }
  if ('output' in expectation) return outputHolds(expectation.output, situation)
  if ('event' in expectation) return eventHappened(expectation.event, situation)
  return isQuiet(branch)
}

function podsHold(wanted: Extract<Expectation, { pods: unknown }>['pods'], stage: StageView): boolean {
  const found = podsLike(stage, wanted.namespace, wanted.prefix).filter(
    (pod) =>
      (wanted.phase === undefined || pod.phase === wanted.phase) &&
      (wanted.ready === undefined || pod.ready === wanted.ready) &&
      (wanted.deleting === undefined || pod.deleting === wanted.deleting) &&
      (wanted.node === undefined || nodeFits(resolveNames(wanted.node, stage), pod.node)),
  )
  return wanted.count === undefined ? found.length > 0 : found.length === wanted.count
}

const podsLike = (stage: StageView, namespace: string, prefix: string): PodView[] =>
  Object.values(stage.pods).filter(
    (pod) => pod.recorded && pod.namespace === namespace && pod.name.startsWith(prefix),
  )

const nodeFits = (wanted: string, node: string | null): boolean =>
  wanted.startsWith('!') ? node !== null && node !== wanted.slice(1) : node === wanted

/** The last command that ended in this chapter, with all that it printed. */
function outputHolds(
  wanted: Extract<Expectation, { output: unknown }>['output'],
  { branch, chapterLength }: Situation,
): boolean {
  const { events } = branch.recording
  const printed: OutputEvent[] = []
  let ended: OutputEvent | undefined
  for (let index = events.length - 1; index >= chapterLength; index--) {
    const event = events[index]
    if (event?.type !== 'output' || !('stdout' in event)) continue
    if (ended === undefined && event.exitCode !== undefined) ended = event
    if (event.command === ended?.command) printed.unshift(event)
  }
  if (ended === undefined) return false
  const text = (stream: 'stdout' | 'stderr'): string => printed.map((event) => event[stream]).join('')
  return (
    (wanted.exitCode === undefined || ended.exitCode === wanted.exitCode) &&
    (wanted.stdout === undefined || finds(wanted.stdout, text('stdout'))) &&
    (wanted.stderr === undefined || finds(wanted.stderr, text('stderr')))
  )
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
  for (; search.next < recording.events.length && !search.found; search.next++) {
    const event = recording.events[search.next]
    if (event === undefined || event.type !== pattern.type) continue
    search.found = matches(pattern, factsOf(event, recording.requestOf))
  }
  return search.found
}

/** Nothing is pending that what the user did has led to. */
export function isQuiet(branch: Branch): boolean {
  const { recording } = branch
  return !branch.kernel.pending().some((delivery) => {
    const cause = delivery.from === delivery.to || delivery.from === 'kernel' ? delivery.cause : delivery.seq
    return cause !== 0 && delivery.to !== 'kernel' && recording.standingBySeq(cause).followed
  })
}

/**
 * Names that only the running cluster knows: `$nodeOf(prefix)` is the node of the first Pod whose name starts so,
 * `$leader` and `$follower` are etcd members. An unknown one stays as it is, and is refused where it is used.
 */
export function resolveNames(text: string, stage: StageView): string {
  return text
    .replace(
      /\$nodeOf\(([^)]*)\)/,
      (all, prefix: string) => podsLike(stage, 'default', prefix)[0]?.node ?? all,
    )
    .replace(/\$leader/, (all) => memberOf(stage, 'leader') ?? all)
    .replace(/\$follower/, (all) => memberOf(stage, 'follower') ?? all)
}

const memberOf = (stage: StageView, role: string): string | undefined =>
  Object.values(stage.members).find((member) => member.up && member.role === role)?.id
