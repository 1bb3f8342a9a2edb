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

/** Events of one type and reason about one object, whatever their messages. */
interface Aggregate {
  readonly type: string
  readonly reason: string
  readonly lastAt: number
  readonly messages: readonly string[]
}

interface Observation {
  readonly type: string
  readonly reason: string
  /** The part of the object that it is about; null for one that stands for several messages. */
  readonly part: string | null
  readonly message: string
  readonly name: string
  readonly count: number
  readonly firstTimestamp: string
}

/** What one component has reported about one object. */
interface Reported {
  readonly aggregates: readonly Aggregate[]
  readonly observations: readonly Observation[]
  /** When the bucket of the spam filter is full again. */
  readonly fullAt: number
}

/** The newest entries and the ones before them: what is not asked for is forgotten after two fillings. */
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
const OBSERVATIONS = 64
const AGGREGATE_AFTER = 10
const AGGREGATE_WITHIN_MICROS = 600_000_000
const SPAM_BURST = 25
const SPAM_REFILL_MICROS = 300_000_000

const UNREPORTED: Reported = deepFreeze({ aggregates: [], observations: [], fullAt: 0 })

export const correlatorState = (): CorrelatorState => ({ recent: cowMap(), older: cowMap() })

export function correlate(state: CorrelatorState, event: EventObject, now: number): Verdict {
  const source = sourceKey(event)
  const before = state.recent.get(source) ?? state.older.get(source) ?? UNREPORTED
  const { type = '', reason = '' } = event
  const said = event.message ?? ''
  const { aggregates, observations } = before
  const aggregateAt = aggregates.findIndex((other) => other.reason === reason && other.type === type)
  const aggregate = aggregated(aggregates[aggregateAt], type, reason, said, now)
  const combined = aggregate.messages.length >= AGGREGATE_AFTER
  const message = combined ? `(combined from similar events): ${said}` : said
  // Two containers of a Pod have their own Events, but spam together, and are combined together.
  const part = combined ? null : (event.involvedObject.fieldPath ?? '')
  const earlierAt = observations.findIndex(
    (other) =>
      other.reason === reason &&
      other.part === part &&
      other.type === type &&
      (combined || other.message === message),
  )
  const earlier = observations[earlierAt]
  const observation: Observation = {
    type,
    reason,
    part,
    message,
    name: earlier?.name ?? event.metadata.name,
    count: (earlier?.count ?? 0) + 1,
    firstTimestamp: earlier?.firstTimestamp ?? event.firstTimestamp ?? '',
  }
  const { name, count, firstTimestamp } = observation
  const fullAt = Math.max(before.fullAt, now)
  const spam = fullAt - now > (SPAM_BURST - 1) * SPAM_REFILL_MICROS
  store(state, source, {
    aggregates: moved(aggregates, aggregateAt, aggregate, aggregates.length + 1),
    observations: moved(observations, earlierAt, observation, OBSERVATIONS),
    fullAt: spam ? before.fullAt : fullAt + SPAM_REFILL_MICROS,
  })
  if (spam) return { action: 'drop' }
  const metadata = name === event.metadata.name ? event.metadata : { ...event.metadata, name }
  const counted: EventObject = extended(event, { metadata, message, count, firstTimestamp })
  return { action: count > 1 ? 'count' : 'create', event: counted }
}

/** The messages of this type and reason, up to the tenth that differs. */
function aggregated(
  earlier: Aggregate | undefined,
  type: string,
  reason: string,
  message: string,
  now: number,
): Aggregate {
  const fresh = earlier !== undefined && now - earlier.lastAt <= AGGREGATE_WITHIN_MICROS
  const known = fresh ? earlier.messages.slice(1 - AGGREGATE_AFTER) : []
  if (!known.includes(message)) known.push(message)
  return { type, reason, lastAt: now, messages: Object.freeze(known) }
}

/** The list with the entry at its end, and not where it was; of too many, the newest. */
function moved<T>(list: readonly T[], from: number, entry: T, limit: number): readonly T[] {
  const next: T[] = []
  const length = from < 0 ? list.length + 1 : list.length
  const dropped = Math.max(0, length - limit)
  for (let i = 0, kept = 0; i < list.length; i++) {
    const other = list[i]
    if (i === from || other === undefined) continue
    if (kept++ >= dropped) next.push(other)
  }
  next.push(Object.freeze(entry))
  return Object.freeze(next)
}

/** An object has its uid for itself; one that names none is known by its kind and name. */
function sourceKey({ source, involvedObject: object }: EventObject): string {
  const { kind = '', namespace = '', name = '', uid = `${kind}/${namespace}/${name}` } = object
  return `${uid}|${source?.component ?? ''}`
}

function store(state: CorrelatorState, key: string, reported: Reported): void {
  if (state.recent.size >= TABLE_SIZE && !state.recent.has(key)) {
    state.older = state.recent
    state.recent = cowMap()
  }
  state.recent.set(key, Object.freeze(reported))
}
