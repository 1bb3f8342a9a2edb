// What a container has written by a moment: its lines follow from its behaviour, so that nothing is kept but when it
// started and ended. Models the log files under /var/log/pods, cut to their newest lines as rotation would.
import { formatTime } from '../api/time.ts'
import type { Behaviour } from './behaviour.ts'
import type { LogLine } from './shell.ts'

export interface LogOptions {
  /** Only so many of the last lines; undefined: all that are kept. */
  readonly tailLines?: number
  /** Only what was written at this time (virtual microseconds) or later. */
  readonly sinceMicros?: number
  readonly timestamps?: boolean
}

type Writer = Pick<Behaviour, 'log' | 'repeat'>

/** Rotation keeps about this much of a chatty container. */
const MOST_LINES = 10_000
const MICROS = 1_000_000

/** The text between the start of the process and `until`; every line ends with a line feed. */
export function containerLog(
  writer: Writer,
  startedAt: number,
  until: number,
  { tailLines, sinceMicros = startedAt, timestamps = false }: LogOptions = {},
): string {
  const kept = Math.min(MOST_LINES, tailLines ?? MOST_LINES)
  if (kept <= 0) return ''
  const lines = linesUntil(writer, until - startedAt, kept)
    .map(({ afterSeconds, line }) => ({ at: startedAt + Math.floor(afterSeconds * MICROS), line }))
    .filter(({ at }) => at >= sinceMicros)
    .slice(-kept)
  return lines.map(({ at, line }) => `${timestamps ? `${stamp(at)} ` : ''}${dated(line, at)}\n`).join('')
}

function linesUntil({ log, repeat }: Writer, micros: number, most: number): LogLine[] {
  const ran = micros / MICROS
  const written = log.filter(({ afterSeconds }) => afterSeconds <= ran)
  if (repeat === null || ran < repeat.fromSeconds + repeat.everySeconds) return written
  const last = Math.floor((ran - repeat.fromSeconds) / repeat.everySeconds)
  const inRound = log.length - repeat.fromLine
  if (inRound <= 0) return written
  const first = Math.max(1, last - Math.ceil(most / inRound))
  const lines = first > 1 ? [] : written
  for (let round = first; round <= last; round++)
    for (const line of repeated(log, repeat, round)) if (line.afterSeconds <= ran) lines.push(line)
  return lines
}

/** The lines of one round of the loop; round 0 is in the log itself. */
function repeated(
  log: readonly LogLine[],
  { fromLine, everySeconds }: NonNullable<Writer['repeat']>,
  round: number,
): LogLine[] {
  return log
    .slice(fromLine)
    .map(({ afterSeconds, line }) => ({ afterSeconds: afterSeconds + round * everySeconds, line }))
}

/** The nine decimals that the runtime writes. */
function stamp(at: number): string {
  const whole = Math.floor(at / MICROS)
  return `${formatTime(at).slice(0, -1)}.${String(at - whole * MICROS).padStart(6, '0')}000Z`
}

/** `%T` in a line is the time as nginx writes it. */
const dated = (line: string, at: number): string =>
  line.includes('%T')
    ? line.replaceAll('%T', formatTime(at).slice(0, -1).replaceAll('-', '/').replace('T', ' '))
    : line
