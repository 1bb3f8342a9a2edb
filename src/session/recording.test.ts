import { expect, test } from 'vitest'
import type { Checkpoint } from '../sim/kernel/checkpoint.ts'
import type { Micros } from '../sim/kernel/micros.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import { processId } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import type { NearLookup } from './kept-events.ts'
import { answerOf, droppedTypes } from './kept-events.ts'
import { Recording } from './recording.ts'
import { refill } from './rewinder.ts'
import type { Segment } from './segment.ts'
import { startOf } from './segment.ts'
import { Shelf } from './shelf.ts'
import { TEACHING_START } from './teaching-time.ts'

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

const ALL: NearLookup = { find: () => undefined, reaches: () => true }

const pairs = (recording: Recording): unknown =>
  recording
    .all()
    .map((event) => [
      event.seq,
      answerOf(recording, event.seq, ALL)?.seq,
      'to' in event && 'from' in event ? recording.requestOf(event as Delivery)?.seq : undefined,
      recording.isLost(event.seq),
    ])

test('an answer belongs to the newest request of its number, before and after a restart of the client', () => {
  const recording = recordingOf(EVENTS)
  const asked = recording
    .all()
    .flatMap((event) =>
      event.type === 'etcd-response' ? [[event.seq, recording.requestOf(event as Delivery)?.seq]] : [],
    )
  expect(asked).toEqual([
    [3, 1],
    [7, 6],
    [8, 5],
  ])
})

const checkpoint = ({ seq, at }: TraceEvent): Checkpoint => ({
  now: at as Micros,
  seq,
  delivered: seq,
  digest: seq * 1_000,
  queue: [],
  connections: { ends: [], arrivals: [] },
  slots: [],
  hosts: [],
  networkState: null,
  stranded: [],
  faults: [],
  nextFault: 1,
})

/** The events up to `length`, in segments of so many. */
function inSegments(events: readonly TraceEvent[], each: number, shelf?: Shelf): Recording {
  const recording = new Recording(shelf)
  events.forEach((event, index) => {
    recording.append(event, event.seq * 1_000)
    if ((index + 1) % each === 0) recording.cut(checkpoint(event), TEACHING_START)
  })
  return recording
}

test.each(EVENTS.map((_, length) => length).slice(1))(
  'gone on with after %i events it is as if no more had happened, and can go on',
  (length) => {
    const whole = inSegments(EVENTS, length)
    const segment = whole.segments[1]
    expect(segment?.before.length).toBe(length)
    if (segment === undefined) return
    const cut = new Recording(undefined, { of: whole, segment })
    const fresh = recordingOf(EVENTS.slice(0, length))
    expect(pairs(cut)).toEqual(pairs(fresh))
    expect(cut.digestAt(length)).toBe(fresh.digestAt(length))
    expect(cut.noiseIn(length)).toBe(fresh.noiseIn(length))
    expect(pairs(recordingOf(EVENTS.slice(length), cut))).toEqual(pairs(recordingOf(EVENTS)))
  },
)

/** Has dropped segments made again from the events. Returns which were. */
function remakeFrom(recording: Recording): readonly Segment[] {
  const remade: Segment[] = []
  recording.remake = (segment) => {
    remade.push(segment)
    const fill = refill(recording, segment, startOf(segment).open.clone())
    for (const event of EVENTS.slice(segment.before.length, segment.end)) fill(event, event.seq * 1_000)
  }
  return remade
}

test.each([2, 3, 4])('in segments of %i, and with most of them dropped, it is the same recording', (each) => {
  const whole = recordingOf(EVENTS)
  const shelf = new Shelf(2)
  const recording = inSegments(EVENTS, each, shelf)
  const remade = remakeFrom(recording)
  if (each < 3) expect(Object.keys(droppedTypes(recording))).toContain('etcd-request')
  for (let length = 0; length <= EVENTS.length; length++) {
    expect(recording.digestAt(length)).toBe(whole.digestAt(length))
    expect(recording.noiseIn(length)).toBe(whole.noiseIn(length))
    expect(recording.event(length)).toBe(whole.event(length))
    expect(recording.standing(length)).toEqual(whole.standing(length))
  }
  for (let at = 0; at < 100; at += 5) expect(recording.lengthAt(at)).toBe(whole.lengthAt(at))
  expect(pairs(recording)).toEqual(pairs(whole))
  if (each < 3) expect(remade.length).toBeGreaterThan(0)
})

test('events that many look for in turn are made again once', () => {
  const recording = inSegments(EVENTS, 2, new Shelf(2))
  const remade = remakeFrom(recording)
  for (let turn = 0; turn < 5; turn++)
    for (const seq of [3, 5]) expect(recording.find(seq)).toBe(EVENTS[seq - 1])
  expect(remade.map(({ before }) => before.length)).toEqual([2, 4])
})

test('a request that was answered long after is known without making again what was dropped since', () => {
  const recording = new Recording(new Shelf(50_000))
  recording.remake = () => expect.unreachable()
  const append = (event: TraceEvent, isLast = false): void => {
    recording.append(event, 0)
    if (isLast) recording.cut(checkpoint(event), TEACHING_START)
  }
  append(lost(1, 0), true)
  const pull = message(2, 'cri', 'kubelet', 'containerd', 1)
  append({ ...pull, message: { ...pull.message, call: { method: 'PullImage' } } } as Delivery)
  for (let seq = 3; seq <= 100_000; seq++) append(lost(seq, 0), seq % 10_000 === 0)
  const answer = message(100_001, 'cri-result', 'containerd', 'kubelet', 1)
  append(answer)
  expect(recording.segments.filter(({ body }) => body === null).length).toBeGreaterThan(3)
  expect(recording.requestOf(answer)?.seq).toBe(2)
})

test('where an event came from is known however far back that is, and also when both are dropped', () => {
  const recording = recordingOf([lost(1, 0), lost(2, 1), lost(70_000, 2), lost(70_001, 70_000)])
  for (const segment of recording.segments) segment.body = null
  recording.remake = () => expect.fail('made again')
  expect([0, 1, 2, 3, 70_000, 70_001, 70_002].map((seq) => recording.causeOf(seq))).toEqual([
    0, 0, 1, 0, 2, 70_000, 0,
  ])
})
