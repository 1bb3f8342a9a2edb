// What the inspector shows of a thing at the cursor: an event with what came in and went out, an object with its versions,
// a member's log, a process's lines. Everything is read from the recording.

import { stringify } from 'yaml'
import { chainOf } from '../projections/lookup.ts'
import type { StorageEvent } from '../projections/newest-writes.ts'
import { objectKeyOf } from '../projections/newest-writes.ts'
import type { Row } from '../projections/rows.ts'
import type { WatchMessage } from '../sim/api/messages.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { FieldChange, Inspection, PhaseView, Subject, VersionView } from '../worker/protocol.ts'
import { decisionsOf, decisionView } from './decisions.ts'
import { fieldChanges } from './field-changes.ts'
import type { NearLookup } from './kept-events.ts'
import { answerOf, keptFrom, keptUntil, lookNear } from './kept-events.ts'
import { milestonesBySeq } from './milestone-names.ts'
import { rowAt } from './row-at.ts'
import type { Session } from './session.ts'

const RECENT = 60
const LOG_TAIL = 200

export function inspect(session: Session, subject: Subject): Inspection {
  switch (subject.kind) {
    case 'event':
      return inspectEvent(session, subject.seq)
    case 'object':
      return inspectObject(session, subject.key)
    case 'pod':
      return inspectPod(session, subject.uid)
    case 'member':
      return inspectMember(session, subject.id)
    case 'process':
      return inspectProcess(session, subject.id)
    case 'host':
      return inspectHost(session, subject.name)
    case 'link':
      return {
        kind: 'link',
        from: subject.from,
        to: subject.to,
        recent: linkRows(session, subject.from, subject.to),
      }
  }
}

const stageOf = (session: Session): ReturnType<Session['branch']['stage']['at']> =>
  session.branch.stage.at(session.length)

function rowOf(session: Session, seq: number, near: NearLookup): Row | undefined {
  const { recording } = session.branch
  return near.find(seq) === undefined
    ? undefined
    : rowAt(recording, recording.indexOf(seq), milestonesBySeq(session.branch), near)
}

function inspectEvent(session: Session, seq: number): Inspection {
  const { recording } = session.branch
  if (!recording.has(seq)) return { kind: 'absent' }
  const near = lookNear(session.branch)
  const event = near.find(seq)
  const row = rowOf(session, seq, near)
  if (event === undefined || row === undefined) return { kind: 'dropped' }
  const request = isMessage(event) ? (recording.requestOf(event, near) ?? event) : event
  const answers = isMessage(event) && row.type !== 'watch' && row.type !== 'etcd-watch'
  const answer = answers ? answerOf(recording, request.seq, near) : undefined
  const chain = chainOf(near, event)
  return {
    kind: 'event',
    row,
    incoming: payloadOf(answers || !isMessage(event) ? request : event),
    outgoing: answer === undefined || answer.at > session.cursor ? null : payloadOf(answer),
    phases: near.find(request.seq) === undefined ? [] : phasesOf(session, request.seq),
    decision: event.type === 'schedule' && 'decision' in event ? decisionView(event) : null,
    why: chain.slice(1).flatMap((link) => rowOf(session, link.seq, near) ?? []),
    whyIsCut: recording.has(chain.at(-1)?.cause ?? 0),
    ...followersOf(session, event, near),
  }
}

function payloadOf(event: TraceEvent): unknown {
  if (!isMessage(event)) return event
  const { type: _type, ...payload } = event.message as {
    type: string
    request?: unknown
    response?: unknown
    event?: unknown
  }
  return payload.request ?? payload.response ?? payload.event ?? payload
}

function phasesOf(session: Session, request: number): PhaseView[] {
  const { recording } = session.branch
  const phases: PhaseView[] = []
  const first = recording.indexOf(request) + 1
  const end = keptEnd(session, first)
  for (let index = first; index > 0 && index < end; index++) {
    const event = recording.event(index)
    if (event?.type !== 'phase' || !('request' in event) || event.request !== request) continue
    phases.push({ phase: event.phase, ok: event.ok, notes: event.notes, seq: event.seq })
    if (event.phase === 'response') break
  }
  return phases
}

/** Up to the cursor, or to what is dropped. */
const keptEnd = ({ branch: { recording }, length }: Session, first: number): number =>
  Math.min(length, keptUntil(recording, first))

function followersOf(
  session: Session,
  event: TraceEvent,
  near: NearLookup,
): { readonly led: readonly Row[]; readonly ledIsCut: boolean } {
  const { recording } = session.branch
  const names = milestonesBySeq(session.branch)
  const rows: Row[] = []
  const first = recording.indexOf(event.seq) + 1
  const end = keptEnd(session, first)
  for (let index = first; index > 0 && index < end && rows.length < RECENT; index++) {
    if (recording.event(index)?.cause !== event.seq) continue
    const row = rowAt(recording, index, names, near)
    if (row !== undefined) rows.push(row)
  }
  return { led: rows, ledIsCut: end < session.length && rows.length < RECENT }
}

/** The writes to an object up to the cursor, oldest first: the newest, and those before it that are still kept. */
function writesTo(session: Session, key: string): readonly StorageEvent[] {
  const { recording, writes: newest } = session.branch
  const last = newest.at(session.length).get(key)
  if (last === undefined) return []
  const writes: StorageEvent[] = []
  for (let index = keptFrom(recording, session.length); index < session.length; index++) {
    const event = recording.event(index)
    if (event?.type !== 'storage' || !('revision' in event) || objectKeyOf(event) !== key) continue
    if (event.revision > (writes[writes.length - 1]?.revision ?? 0)) writes.push(event)
  }
  return writes.length === 0 ? [last] : writes
}

function inspectObject(session: Session, key: string): Inspection {
  const writes = writesTo(session, key)
  const newest = writes[writes.length - 1]
  if (newest === undefined) return { kind: 'absent' }
  const object = newest.op === 'put' ? newest.object : null
  const changes: FieldChange[] = fieldChanges(newest.previous, object)
  const near = lookNear(session.branch)
  return {
    kind: 'object',
    key,
    object,
    yaml: object === null ? '' : stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 }),
    changes,
    versions: writes.map((write) => versionOf(session, write, near)),
    decisions: key.startsWith('pods/') ? decisionsOf(session, key.slice('pods/'.length)) : [],
  }
}

/** Who asked for a write: the nearest request to the apiserver among its causes. */
function versionOf(session: Session, write: StorageEvent, near: NearLookup): VersionView {
  const { revision, seq, at, process, op } = write
  let link: TraceEvent = write
  for (let cause = near.find(seq); cause !== undefined && !isRequest(link); cause = near.find(link.cause))
    link = cause
  const row = isRequest(link) ? rowOf(session, link.seq, near) : undefined
  const isCut = row === undefined && session.branch.recording.has(link.cause)
  return { revision, seq, at, writer: row?.from ?? (isCut ? null : process), verb: row?.label ?? op }
}

const isRequest = (event: TraceEvent): boolean => isMessage(event) && event.type === 'request'

function inspectPod(session: Session, uid: string): Inspection {
  const pod = stageOf(session).pods.get(uid)
  return pod === undefined ? { kind: 'absent' } : inspectObject(session, `pods/${pod.namespace}/${pod.name}`)
}

function inspectMember(session: Session, id: string): Inspection {
  const { recording } = session.branch
  const member = stageOf(session).members.get(id)
  if (member === undefined) return { kind: 'absent' }
  const log = new Map<
    number,
    { index: number; term: number; proposal: number; committed: boolean; seq: number }
  >()
  for (let index = keptFrom(recording, session.length); index < session.length; index++) {
    const event = recording.event(index)
    if (event?.type !== 'raft-entry' || !('proposal' in event) || event.process !== id) continue
    const known = log.get(event.index)
    const committed = event.step === 'committed' || event.step === 'applied'
    if (known !== undefined && known.term === event.term && committed) known.committed = true
    else if (known === undefined || known.term !== event.term) {
      const { index: entry, term, proposal, seq } = event
      log.set(entry, { index: entry, term, proposal, committed, seq })
    }
  }
  const near = lookNear(session.branch)
  const entries = [...log.values()]
    .sort((a, b) => a.index - b.index)
    .slice(-LOG_TAIL)
    .map(({ proposal, ...entry }) => {
      const row = rowOf(session, proposal, near)
      return { ...entry, label: row === undefined ? '' : `${row.label} ${row.detail}` }
    })
  return { kind: 'member', member, log: entries }
}

function inspectProcess(session: Session, id: string): Inspection {
  const stage = stageOf(session)
  const process = stage.processes.get(id)
  if (process === undefined) return { kind: 'absent' }
  const watches = stage.watches.values().filter((watch) => watch.client === id || watch.server === id)
  const received = watchEventsOf(session, id)
  return {
    kind: 'process',
    process,
    watches: watches.map((watch) => ({ ...watch, events: received.get(watch.key) ?? 0 })),
    recent: lastRows(session, (event) => event.process === id || ('to' in event && event.to === id)),
  }
}

/** How many events, of those that are kept, have come along each watch of a process, by the watch's key. */
function watchEventsOf({ branch, length }: Session, id: string): ReadonlyMap<string, number> {
  const received = new Map<string, number>()
  const { recording } = branch
  for (let index = keptFrom(recording, length); index < length; index++) {
    const event = recording.event(index)
    if (
      event === undefined ||
      event.type !== 'watch' ||
      !isMessage(event) ||
      (event.to !== id && event.from !== id)
    )
      continue
    const key = `${event.to}/${(event.message as WatchMessage).id}`
    received.set(key, (received.get(key) ?? 0) + 1)
  }
  return received
}

function inspectHost(session: Session, name: string): Inspection {
  const stage = stageOf(session)
  const host = stage.hosts.get(name)
  if (host === undefined) return { kind: 'absent' }
  return {
    kind: 'host',
    host,
    processes: stage.processes.values().filter((process) => process.host === name),
  }
}

const linkRows = (session: Session, from: string, to: string): Row[] =>
  lastRows(
    session,
    (event) =>
      isMessage(event) &&
      ((event.from === from && event.to === to) || (event.from === to && event.to === from)),
  )

function lastRows(session: Session, wanted: (event: TraceEvent) => boolean): Row[] {
  const { recording } = session.branch
  const names = milestonesBySeq(session.branch)
  const near = lookNear(session.branch)
  const rows: Row[] = []
  const from = keptFrom(recording, session.length)
  for (let index = session.length - 1; index >= from && rows.length < RECENT; index--) {
    const event = recording.event(index)
    if (event === undefined || recording.standing(index).level === 'noise' || !wanted(event)) continue
    const row = rowAt(recording, index, names, near)
    if (row !== undefined) rows.push(row)
  }
  return rows.reverse()
}
