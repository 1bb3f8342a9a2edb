import { expect, test } from 'vitest'
import type { Micros } from '../sim/kernel/micros.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import { processId } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { Recording } from './recording.ts'

const message = (seq: number, type: string, from: string, to: string, id: number): Delivery =>
  ({
    seq,
    at: (seq * 10) as Micros,
    process: processId(from),
    cause: 0,
    type,
    from: processId(from),
    to: processId(to),
    sentAt: (seq * 10) as Micros,
    deliveredAt: (seq * 10 + 5) as Micros,
    message: { type, id, request: { op: 'range' }, revision: 1, error: null },
  }) as Delivery

const lost = (seq: number, of: number): TraceEvent => ({
  seq,
  at: (seq * 10) as Micros,
  process: processId('kernel'),
  cause: of,
  type: 'lost',
  message: of,
  reason: 'partition',
})

/** A client that restarts after event 4 and counts from 1 again. */
const EVENTS: readonly TraceEvent[] = [
  message(1, 'etcd-request', 'client', 'etcd-1', 1),
  message(2, 'etcd-request', 'client', 'etcd-1', 2),
  message(3, 'etcd-response', 'etcd-1', 'client', 1),
  lost(4, 3),
  message(5, 'etcd-request', 'client', 'etcd-1', 1),
  message(6, 'etcd-request', 'client', 'etcd-1', 2),
  message(7, 'etcd-response', 'etcd-1', 'client', 2),
  message(8, 'etcd-response', 'etcd-1', 'client', 1),
]

function recordingOf(events: readonly TraceEvent[], base = new Recording()): Recording {
  for (const event of events) base.append(event, event.seq * 1_000)
  return base
}

const pairs = (recording: Recording): unknown =>
  recording.events.map((event) => [
    event.seq,
    recording.answerOf(event.seq)?.seq,
    'to' in event && 'from' in event ? recording.requestOf(event as Delivery)?.seq : undefined,
    recording.isLost(event.seq),
  ])

test('an answer belongs to the newest request of its number, before and after a restart of the client', () => {
  const recording = recordingOf(EVENTS)
  const asked = recording.events.flatMap((event) =>
    event.type === 'etcd-response' ? [[event.seq, recording.requestOf(event as Delivery)?.seq]] : [],
  )
  expect(asked).toEqual([
    [3, 1],
    [7, 6],
    [8, 5],
  ])
})

test.each(EVENTS.map((_, length) => length))(
  'cut after %i events it is as if no more had happened, and can go on',
  (length) => {
    const cut = recordingOf(EVENTS).truncated(length)
    const fresh = recordingOf(EVENTS.slice(0, length))
    expect(pairs(cut)).toEqual(pairs(fresh))
    expect(cut.digestAt(length)).toBe(fresh.digestAt(length))
    expect(cut.noiseIn(length)).toBe(fresh.noiseIn(length))
    expect(pairs(recordingOf(EVENTS.slice(length), cut))).toEqual(pairs(recordingOf(EVENTS)))
  },
)
