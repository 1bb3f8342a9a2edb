// Decides what becomes of an event: a new object, a higher count on an earlier one, or nothing. Models
// client-go/tools/record/events_cache.go (EventAggregator, eventLogger, spam filter); its LRU caches are two
// generations of a table here.
import { extended } from '../api/json.ts'
import type { Draft, Event } from '../api/objects.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'
import { deepFreeze } from '../kernel/plain-data.ts'

/** An Event as its reporter composes it. */
export type EventObject = Draft<Event> & {
  readonly metadata: { readonly name: string; readonly namespace: string }
}

/** An Event as it was told last. */
interface Told {
  readonly type: string
  readonly reason: string
  /** The part of the object that it is about; null for one that stands for several messages. */
  readonly part: string | null
  readonly message: string
  readonly name: string
  readonly count: number
  readonly firstTimestamp: string
  readonly lastAt: number
}

/** Events of one type and reason that had several messages. */
interface Group {
  readonly type: string
  readonly reason: string
  readonly lastAt: number
  readonly messages: readonly string[]
}

/** What was reported about one object. There is one for nearly every object, so that it is kept small. */
interface Reported {
  /** The newest at the end. Where there is no group, the newest of a type and reason has the only message. */
  readonly told: readonly Told[]
  readonly groups: readonly Group[]
  /** When the bucket of the spam filter is full again. */
  readonly fullAt: number
}

/**
 * Of one reporting component, by object: the newest entries and the ones before them. What is not asked for is forgotten after
 * two fillings.
 */
export interface CorrelatorState {
  recent: CowMap<Reported>
  older: CowMap<Reported>
}

export type Verdict =
  | { readonly action: 'create'; readonly event: EventObject }
  | { readonly action: 'count'; readonly event: EventObject }
  | { readonly action: 'drop' }

const TABLE_SIZE = 2048
/** So many differing Events about one object are remembered. */
const TOLD_AT_MOST = 64
const AGGREGATE_AFTER = 10
const AGGREGATE_WITHIN_MICROS = 600_000_000
const SPAM_BURST = 25
const SPAM_REFILL_MICROS = 300_000_000

const NO_GROUPS: readonly Group[] = Object.freeze([])
const UNREPORTED: Reported = deepFreeze({ told: [], groups: NO_GROUPS, fullAt: 0 })

export const correlatorState = (): CorrelatorState => ({ recent: cowMap(), older: cowMap() })

export function correlate(state: CorrelatorState, event: EventObject, now: number): Verdict {
  const key = objectKeyOf(event)
  const before = state.recent.get(key) ?? state.older.get(key) ?? UNREPORTED
  const { type = '', reason = '' } = event
  const said = event.message ?? ''
  const messages = messagesOf(before, type, reason, said, now)
  const combined = messages.length >= AGGREGATE_AFTER
  const message = combined ? `(combined from similar events): ${said}` : said
  // Two containers of a Pod have their own Events, but spam together, and are combined together.
  const part = combined ? null : (event.involvedObject.fieldPath ?? '')
  const at = placeOf(before.told, type, reason, part, combined ? null : message)
  const earlier = before.told[at]
  const { metadata } = event
  const name = earlier?.name ?? metadata.name
  const count = (earlier?.count ?? 0) + 1
  const firstTimestamp = earlier?.firstTimestamp ?? event.firstTimestamp ?? ''
  const told: Told = { type, reason, part, message, name, count, firstTimestamp, lastAt: now }
  const fullAt = Math.max(before.fullAt, now)
  const spam = fullAt - now > (SPAM_BURST - 1) * SPAM_REFILL_MICROS
  store(state, key, {
    told: moved(before.told, at, Object.freeze(told)),
    groups: grouped(before.groups, type, reason, messages, now),
    fullAt: spam ? before.fullAt : fullAt + SPAM_REFILL_MICROS,
  })
  if (spam) return { action: 'drop' }
  // The first time it is as it was composed.
  if (count === 1 && !combined && event.count === 1) return { action: 'create', event }
  const named = name === metadata.name ? metadata : { ...metadata, name }
  const counted: EventObject = extended(event, { metadata: named, message, count, firstTimestamp })
  return { action: count > 1 ? 'count' : 'create', event: counted }
}

/** Where among what was told that Event is; -1: nowhere. A message of null: whatever it said. */
function placeOf(
  told: readonly Told[],
  type: string,
  reason: string,
  part: string | null,
  message: string | null,
): number {
  for (let at = 0; at < told.length; at++) {
    const other = told[at]
    if (other === undefined || other.reason !== reason || other.part !== part || other.type !== type) continue
    if (message === null || other.message === message) return at
  }
  return -1
}

/** The messages of this type and reason with the new one, up to the tenth that differs; after a long silence it alone. */
function messagesOf(
  before: Reported,
  type: string,
  reason: string,
  message: string,
  now: number,
): readonly string[] {
  for (const group of before.groups)
    if (group.reason === reason && group.type === type) {
      if (now - group.lastAt > AGGREGATE_WITHIN_MICROS) return [message]
      const known = group.messages.slice(1 - AGGREGATE_AFTER)
      return known.includes(message) ? known : [...known, message]
    }
  const { told } = before
  for (let at = told.length - 1; at >= 0; at--) {
    const other = told[at]
    if (other === undefined || other.reason !== reason || other.type !== type) continue
    const alone = other.message === message || now - other.lastAt > AGGREGATE_WITHIN_MICROS
    return alone ? [message] : [other.message, message]
  }
  return [message]
}

/** The groups with the one of these messages, unless it is but one. */
function grouped(
  groups: readonly Group[],
  type: string,
  reason: string,
  messages: readonly string[],
  now: number,
): readonly Group[] {
  if (groups.length === 0 && messages.length === 1) return groups
  const others = groups.filter((group) => group.reason !== reason || group.type !== type)
  if (messages.length === 1) return others.length === 0 ? NO_GROUPS : Object.freeze(others)
  return Object.freeze([
    ...others,
    Object.freeze({ type, reason, lastAt: now, messages: Object.freeze(messages) }),
  ])
}

/** The list with the entry at its end, and not where it was; of too many, the newest. */
function moved(list: readonly Told[], from: number, entry: Told): readonly Told[] {
  const drop = from < 0 && list.length >= TOLD_AT_MOST ? 0 : from
  const length = drop < 0 ? list.length + 1 : list.length
  // Of just this length: a list that grows keeps room for more.
  const next = new Array<Told>(length)
  let count = 0
  for (let at = 0; at < list.length; at++) {
    const other = list[at]
    if (at !== drop && other !== undefined) next[count++] = other
  }
  next[count] = entry
  return Object.freeze(next)
}

/** An object has its uid for itself; one that names none is known by its kind and name. */
function objectKeyOf({ involvedObject: { kind = '', namespace = '', name = '', uid } }: EventObject): string {
  return uid ?? `${kind}/${namespace}/${name}`
}

function store(state: CorrelatorState, key: string, reported: Reported): void {
  if (state.recent.size >= TABLE_SIZE && !state.recent.has(key)) {
    state.older = state.recent
    state.recent = cowMap()
  }
  state.recent.set(key, Object.freeze(reported))
}
