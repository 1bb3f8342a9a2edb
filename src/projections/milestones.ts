// The fold behind the story: which of a scenario's milestones the trace has reached. A milestone is a pattern over the
// facts of events, and may ask that its event was caused by another milestone's.
import { own } from '../sim/api/json.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import type { Facts } from './facts.ts'
import { factsOf } from './facts.ts'
import type { CauseLookup } from './lookup.ts'
import { causesOf } from './lookup.ts'

/**
 * Each fact has to equal the text, be one of the texts, or match `/a regular expression/`. In a milestone's pattern
 * `$id.fact` is a fact of the event that reached milestone `id`.
 */
export type Pattern = Readonly<Record<string, string | readonly string[]>>

export interface MilestonePattern {
  readonly id: string
  /** Reached by the first event that fits; with several patterns, when each has been fitted, by the last of these. */
  readonly on: Pattern | readonly Pattern[]
  /** The milestone whose event has to be in the chain of causes. */
  readonly from?: string | undefined
  /** The milestone that has to be reached before, for what follows from no message: a time-out, an absence. */
  readonly after?: string | undefined
}

export interface MilestoneReached {
  readonly id: string
  readonly at: number
  readonly seq: number
}

/** What later milestones may ask about the event that reached one, which may be dropped by then. */
interface Origin {
  readonly facts: Facts
  /** What descends from one of these events descends from it. */
  readonly sources: readonly number[]
}

export interface MilestoneState {
  readonly reached: readonly MilestoneReached[]
  /** By the milestone's id. */
  readonly origins: ReadonlyMap<string, Origin>
  /** For milestones of several patterns, by id: which of them were fitted. */
  readonly partial: ReadonlyMap<string, readonly number[]>
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>()
export const noMilestones: MilestoneState = { reached: [], origins: NONE, partial: NONE }

export function matches(pattern: Pattern, facts: Facts): boolean {
  for (const fact of Object.keys(pattern)) {
    const wanted = pattern[fact]
    const found = own(facts, fact)
    if (found === undefined || wanted === undefined) return false
    if (typeof wanted === 'string' ? !fits(wanted, found) : !wanted.some((one) => fits(one, found)))
      return false
  }
  return true
}

const fits = (wanted: string, found: string): boolean =>
  wanted.length > 1 && wanted.startsWith('/') && wanted.endsWith('/')
    ? finds(wanted.slice(1, -1), found)
    : wanted === found

/** A pattern that repeats something looks at the beginning of a long text only: it takes the square of its length. */
export const finds = (pattern: string, text: string): boolean =>
  new RegExp(pattern).test(/[*+{]/.test(pattern) ? text.slice(0, 4096) : text)

/** A fold for one list of milestones. */
export function milestoneFold(
  patterns: readonly MilestonePattern[],
  lookup: CauseLookup,
  requestOf: (event: Delivery) => Delivery | undefined,
): (state: MilestoneState, event: TraceEvent) => MilestoneState {
  const alternatives = (milestone: MilestonePattern): readonly Pattern[] =>
    Array.isArray(milestone.on) ? milestone.on : [milestone.on as Pattern]
  // cache: the types of events that may reach a milestone, given those that are; null: all. Facts take long to make, and most
  // events come while the next milestone waits for something rare.
  const awaited = new WeakMap<readonly MilestoneReached[], ReadonlySet<string> | null>()
  const typesAwaited = (reached: readonly MilestoneReached[]): ReadonlySet<string> | null => {
    const ids = new Set<string | undefined>(reached.map(({ id }) => id))
    const open = patterns.filter(({ id }) => !ids.has(id))
    ids.add(undefined)
    const next = open.filter(({ from, after }) => ids.has(from) && ids.has(after))
    const types = next.flatMap(alternatives).flatMap(({ type }) => type ?? '')
    return types.every(isTypeName) ? new Set(types) : null
  }
  return (state, event) => {
    let types = awaited.get(state.reached)
    if (types === undefined) {
      types = typesAwaited(state.reached)
      awaited.set(state.reached, types)
    }
    if (types !== null && !types.has(event.type)) return state
    const facts = factsOf(event, requestOf)
    let next = state
    for (const milestone of patterns) {
      if (next.reached.some((one) => one.id === milestone.id)) continue
      if (milestone.after !== undefined && !state.reached.some((one) => one.id === milestone.after)) continue
      const wanted = alternatives(milestone).map((pattern) => resolved(pattern, state))
      next = advance(next, milestone, wanted, event, facts, lookup)
    }
    return next
  }
}

/** As against no word, a pattern and a reference. */
const isTypeName = (word: string): boolean => /^[a-z]/.test(word)

const REFERENCE = /^\$([a-z0-9.-]+)\.(\w+)$/

/** The pattern with the facts of milestones reached before in place of their names; what is not reached fits nothing. */
function resolved(pattern: Pattern, { origins }: MilestoneState): Pattern {
  const values = Object.values(pattern)
  if (!values.some((value) => typeof value === 'string' && value.startsWith('$'))) return pattern
  const resolve = (value: string): string => {
    const [, id, fact = ''] = REFERENCE.exec(value) ?? []
    return (id === undefined ? undefined : own(origins.get(id)?.facts ?? {}, fact)) ?? value
  }
  return Object.fromEntries(
    Object.entries(pattern).map(([fact, value]) => [
      fact,
      typeof value === 'string' ? resolve(value) : value,
    ]),
  )
}

function advance(
  state: MilestoneState,
  milestone: MilestonePattern,
  alternatives: readonly Pattern[],
  event: TraceEvent,
  facts: Facts,
  lookup: CauseLookup,
): MilestoneState {
  const { id } = milestone
  const done = state.partial.get(id) ?? []
  const index = alternatives.findIndex((pattern, at) => !done.includes(at) && matches(pattern, facts))
  if (index < 0 || !causedBy(state, milestone, event, lookup)) return state
  if (done.length + 1 < alternatives.length) {
    return { ...state, partial: new Map(state.partial).set(id, [...done, index]) }
  }
  return {
    ...state,
    reached: [...state.reached, { id, at: event.at, seq: event.seq }],
    origins: new Map(state.origins).set(id, { facts, sources: sourcesOf(event, lookup) }),
  }
}

/**
 * A recorded event is a leaf beside what its delivery led to, so its own cause counts for it. A write becomes known on one
 * member and is answered by another, so the request that asked for it counts too.
 */
function sourcesOf(event: TraceEvent, lookup: CauseLookup): readonly number[] {
  const sources = event.cause === 0 ? [event.seq] : [event.seq, event.cause]
  if (event.type !== 'storage') return sources
  for (const { type, seq } of causesOf(lookup, event)) if (type === 'etcd-request') return [...sources, seq]
  return sources
}

function causedBy(
  { origins }: MilestoneState,
  { from }: MilestonePattern,
  event: TraceEvent,
  lookup: CauseLookup,
): boolean {
  if (from === undefined) return true
  const sources = origins.get(from)?.sources
  if (sources === undefined) return false
  const earliest = Math.min(...sources)
  for (let seq = event.seq; seq >= earliest; seq = lookup.causeOf(seq)) if (sources.includes(seq)) return true
  return false
}
