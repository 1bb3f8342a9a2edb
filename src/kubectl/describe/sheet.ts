// The parts that every description shares: labels, times, events, and lists of lines. Text has tabs; the whole is
// aligned in the end. Models kubectl/pkg/describe's helpers.
import { formatAge } from '../../sim/api/duration.ts'
import type { Json, JsonObject } from '../../sim/api/json.ts'
import { EVENTS } from '../../sim/api/resources.ts'
import { parseTime } from '../../sim/api/time.ts'
import { api } from '../../sim/client/index.ts'
import type { Task } from '../../sim/kernel/task.ts'
import { LAST_APPLIED } from '../commands/apply.ts'
import { integer, json, members, nameOf, namespaceOf, text } from '../objects.ts'
import { alignTabs, DESCRIBE_TABS } from '../print/tab-writer.ts'

/** A describer gives text with tabs; events follow on their own. */
export type Describer = (object: JsonObject, nowMicros: number) => string | Task<string>

export const line = (level: number, content: string): string => `${'  '.repeat(level)}${content}\n`

/** `title:\ta=b`, further entries below the first. */
export function multiline(level: number, title: string, entries: readonly string[]): string {
  if (entries.length === 0) return line(level, `${title}:\t<none>`)
  return entries.map((entry, i) => line(level, `${i === 0 ? `${title}:` : ''}\t${entry}`)).join('')
}

const pairs = (map: JsonObject, separator: string): readonly string[] =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}${separator}${text(map, key)}`)

export function labelLines(title: string, map: JsonObject, level = 0): string {
  return multiline(level, title, pairs(map, '='))
}

export function annotationLines(title: string, map: JsonObject, level = 0): string {
  const { [LAST_APPLIED]: _applied, ...shown } = map
  return multiline(level, title, pairs(shown, ': '))
}

export function metadataLines(object: JsonObject): string {
  const namespace = namespaceOf(object)
  return (
    line(0, `Name:\t${nameOf(object)}`) +
    (namespace === null ? '' : line(0, `Namespace:\t${namespace}`)) +
    labelLines('Labels', members(object, 'metadata', 'labels')) +
    annotationLines('Annotations', members(object, 'metadata', 'annotations'))
  )
}

export const orNone = (value: string): string => (value === '' ? '<none>' : value)

const DAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY_MICROS = 86_400_000_000

/** `Thu, 01 Jan 2026 00:00:12 +0000`, from an RFC 3339 time. */
export function longTime(time: string): string {
  const micros = parseTime(time)
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})/.exec(time)
  if (micros === undefined || match === null) return time
  const [, year = '', month = '', day = '', clock = ''] = match
  const weekday = ((Math.floor(micros / DAY_MICROS) % 7) + 7) % 7
  return `${DAYS[weekday] ?? ''}, ${day} ${MONTHS[Number(month) - 1] ?? ''} ${year} ${clock} +0000`
}

export function since(time: string, nowMicros: number): string {
  const micros = parseTime(time)
  return micros === undefined ? '<unknown>' : formatAge(nowMicros - micros)
}

export function* eventLines(object: JsonObject, nowMicros: number): Task<string> {
  const terms = [`involvedObject.name=${nameOf(object)}`, `involvedObject.kind=${text(object, 'kind')}`]
  const namespace = namespaceOf(object)
  if (namespace !== null)
    terms.push(
      `involvedObject.namespace=${namespace}`,
      `involvedObject.uid=${text(object, 'metadata', 'uid')}`,
    )
  const listed = yield* api.list(EVENTS, namespace, { fieldSelector: terms.join(','), limit: 500 })
  if (!listed.ok || listed.object.items.length === 0) return 'Events:\t<none>\n'
  const events = listed.object.items.map((event) => json(event)).sort(byLastTime)
  const rows = events.map((event) => {
    const from = text(event, 'source', 'component') || text(event, 'reportingComponent')
    const cells = [
      text(event, 'type'),
      text(event, 'reason'),
      age(event, nowMicros),
      from,
      text(event, 'message').trim(),
    ]
    return `  ${cells.join('\t')}\n`
  })
  return `Events:\n  Type\tReason\tAge\tFrom\tMessage\n  ----\t------\t----\t----\t-------\n${rows.join('')}`
}

function byLastTime(a: JsonObject, b: JsonObject): number {
  const [x, y] = [lastTime(a), lastTime(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

const lastTime = (event: JsonObject): string => text(event, 'lastTimestamp') || text(event, 'eventTime')

function age(event: JsonObject, nowMicros: number): string {
  const first = text(event, 'firstTimestamp') || text(event, 'eventTime')
  const count = integer(event, 'count')
  if (count <= 1) return since(first, nowMicros)
  return `${since(lastTime(event), nowMicros)} (x${count} over ${since(first, nowMicros)})`
}

export const align = (content: string): string => alignTabs(content, DESCRIBE_TABS)

/** `cpu: 100m` lines under a title, in the order of names. */
export function amountLines(level: number, title: string, amounts: JsonObject): string {
  const names = Object.keys(amounts).sort()
  if (names.length === 0) return ''
  return (
    line(level, `${title}:`) +
    names.map((name) => line(level + 1, `${name}:\t${text(amounts, name)}`)).join('')
  )
}

export function taintText(taint: Json): string {
  const value = text(taint, 'value')
  return `${text(taint, 'key')}${value === '' ? '' : `=${value}`}:${text(taint, 'effect')}`
}
