// Decides what becomes of an event: a new object, a higher count on an earlier one, or nothing. Models
// client-go/tools/record/events_cache.go (EventAggregator, eventLogger, spam filter); its LRU caches are two
// generations of a table here.
import type { Draft, Event } from '../api/objects.ts'

/** An Event as its reporter composes it. */
export type EventObject = Draft<Event> & {
  readonly metadata: { readonly name: string; readonly namespace: string }
}

interface Aggregate {
  readonly lastAt: number
  readonly messages: readonly string[]
}

export interface Observation {
  readonly name: string
  readonly count: number
  readonly firstTimestamp: string
}

/** The newest entries and the ones before them: what is not asked for is forgotten after two fillings. */
interface Table<V> {
  recent: Record<string, V>
  older: Record<string, V>
  size: number
}

export interface CorrelatorState {
  readonly aggregates: Table<Aggregate>
  readonly observations: Table<Observation>
  /** For each source and object, when its bucket of the spam filter is full again. */
  readonly spam: Table<number>
}

export type Verdict =
  | { readonly action: 'create'; readonly event: EventObject }
  | { readonly action: 'count'; readonly event: EventObject }
  | { readonly action: 'drop' }

const TABLE_SIZE = 2048
const AGGREGATE_AFTER = 10
const AGGREGATE_WITHIN_MICROS = 600_000_000
const SPAM_BURST = 25
const SPAM_REFILL_MICROS = 300_000_000

const table = <V>(): Table<V> => ({ recent: {}, older: {}, size: 0 })

export function correlatorState(): CorrelatorState {
  return { aggregates: table(), observations: table(), spam: table() }
}

export function correlate(state: CorrelatorState, event: EventObject, now: number): Verdict {
  const source = sourceKey(event)
  const reporter = `${event.reportingComponent ?? ''}|${event.reportingInstance ?? ''}`
  const aggregateKey = `${source}|${event.type ?? ''}|${event.reason ?? ''}|${reporter}`
  const combined = isAggregated(state, aggregateKey, event.message ?? '', now)
  const message = combined ? `(combined from similar events): ${event.message ?? ''}` : (event.message ?? '')
  // Two containers of a Pod have their own Events, but spam together, and are combined together.
  const part = event.involvedObject.fieldPath ?? ''
  const key = combined ? aggregateKey : `${aggregateKey}|${part}|${message}`
  const earlier = lookUp(state.observations, key)
  const count = (earlier?.count ?? 0) + 1
  const name = earlier?.name ?? event.metadata.name
  const firstTimestamp = earlier?.firstTimestamp ?? event.firstTimestamp ?? ''
  store(state.observations, key, { name, count, firstTimestamp })
  if (isSpam(state, source, now)) return { action: 'drop' }
  const counted: EventObject = {
    ...event,
    metadata: { ...event.metadata, name },
    message,
    count,
    firstTimestamp,
  }
  return { action: count > 1 ? 'count' : 'create', event: counted }
}

/** Whether this is one of more than ten similar events with differing messages. */
function isAggregated(state: CorrelatorState, key: string, message: string, now: number): boolean {
  const earlier = lookUp(state.aggregates, key)
  const fresh = earlier !== undefined && now - earlier.lastAt <= AGGREGATE_WITHIN_MICROS
  const known = fresh ? earlier.messages : []
  const messages = known.includes(message) ? known : [...known, message]
  const over = messages.length >= AGGREGATE_AFTER
  store(state.aggregates, key, { lastAt: now, messages: over ? messages.slice(1) : messages })
  return over
}

function isSpam(state: CorrelatorState, source: string, now: number): boolean {
  const fullAt = Math.max(lookUp(state.spam, source) ?? 0, now)
  if (fullAt - now > (SPAM_BURST - 1) * SPAM_REFILL_MICROS) return true
  store(state.spam, source, fullAt + SPAM_REFILL_MICROS)
  return false
}

function sourceKey({ source, involvedObject: object }: EventObject): string {
  const { kind, namespace, name, uid, apiVersion } = object
  return [source?.component, source?.host, kind, namespace, name, uid, apiVersion].join('|')
}

function lookUp<V>(from: Table<V>, key: string): V | undefined {
  return from.recent[key] ?? from.older[key]
}

function store<V>(into: Table<V>, key: string, value: V): void {
  if (!(key in into.recent)) {
    if (into.size >= TABLE_SIZE) {
      into.older = into.recent
      into.recent = {}
      into.size = 0
    }
    into.size++
  }
  into.recent[key] = value
}
