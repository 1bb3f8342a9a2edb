// The fold behind the stage: from one event to the next picture. Pictures are immutable and share what did not change,
// so that a keyframe costs nothing and two pictures are compared by identity.

import type { ApiMessage } from '../sim/api/messages.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { parseApiPath, processKind } from './facts.ts'
import type { Picture } from './picture.ts'
import { change } from './picture.ts'
import { foldRuntime, loseNode } from './stage-runtime.ts'
import { foldStorage } from './stage-storage.ts'
import type { OpenRequestView, ProcessView } from './stage-view.ts'
import { Table } from './tables.ts'

export interface StageSeed {
  readonly hosts: readonly { readonly name: string; readonly role: string }[]
  readonly processes: readonly { readonly id: string; readonly kind: string; readonly host: string }[]
}

/** The picture before anything has happened: every host and process of the topology, and nothing recorded. */
export function emptyStage(seed: StageSeed): Picture {
  const byId = <T extends { readonly id: string }>(items: readonly T[]): Table<T> =>
    Table.of(items.map((item) => [item.id, item]))
  const processes = seed.processes.map(
    (process): ProcessView => ({ ...process, up: true, frozen: false, leader: null, says: null, saysSeq: 0 }),
  )
  const members = seed.processes
    .filter((process) => process.kind === 'etcd')
    .map(({ id }) => ({
      id,
      up: true,
      role: 'follower' as const,
      term: 0,
      vote: '',
      leader: '',
      lastIndex: 0,
      commit: 0,
      applied: 0,
    }))
  return {
    hosts: Table.of(seed.hosts.map((host) => [host.name, { ...host, up: true }])),
    processes: byId(processes),
    members: byId(members),
    nodes: Table.of(),
    pods: Table.of(),
    workloads: Table.of(),
    watches: Table.of(),
    requests: Table.of(),
    proposals: Table.of(),
    faults: Table.of(),
    counters: Table.of(),
    berths: Table.of(),
    waiting: Table.of(),
  }
}

export function foldStage(stage: Picture, event: TraceEvent): Picture {
  return isMessage(event) ? foldMessage(stage, event) : foldRecorded(stage, event)
}

function foldMessage(stage: Picture, event: Delivery): Picture {
  const message = event.message as ApiMessage
  switch (message.type) {
    case 'request':
      return openRequest(stage, event, message)
    case 'response': {
      const key = `${event.to}/${message.id}`
      const open = stage.requests.get(key)
      if (open === undefined) return stage
      const closed = change(stage, 'requests', stage.requests.remove(key))
      return open.method === 'WATCH' && message.response.status === 200
        ? openWatch(closed, key, open)
        : closed
    }
    case 'watch-end':
      return change(stage, 'watches', stage.watches.remove(`${event.to}/${message.id}`))
    case 'cancel':
      return closeOne(stage, `${event.from}/${message.id}`)
    default:
      return event.type === 'reset' ? closeConnections(stage, event.to, event.from) : stage
  }
}

function openRequest(stage: Picture, event: Delivery, message: ApiMessage & { type: 'request' }): Picture {
  const { method, path, query } = message.request
  const verb = query.watch === 'true' || query.watch === '1' ? 'WATCH' : method
  const request = { seq: event.seq, client: event.from, server: event.to, method: verb, path }
  return change(stage, 'requests', stage.requests.put(`${event.from}/${message.id}`, request))
}

function openWatch(stage: Picture, key: string, open: OpenRequestView): Picture {
  const { resource } = parseApiPath(open.path)
  const watch = { key, client: open.client, server: open.server, resource, since: open.seq }
  return change(stage, 'watches', stage.watches.put(key, watch))
}

const closeOne = (stage: Picture, key: string): Picture =>
  change(change(stage, 'watches', stage.watches.remove(key)), 'requests', stage.requests.remove(key))

function closeConnections(stage: Picture, client: string, server: string): Picture {
  let next = stage
  for (const table of ['watches', 'requests'] as const) {
    for (const [key, line] of next[table].entries()) {
      const ours =
        (line.client === client && line.server === server) ||
        (line.client === server && line.server === client)
      if (ours) next = closeOne(next, key)
    }
  }
  return next
}

/** A process that died holds no connection, whoever has noticed. */
function closeAllOf(stage: Picture, process: string): Picture {
  let next = stage
  for (const table of ['watches', 'requests'] as const) {
    for (const [key, line] of next[table].entries()) {
      if (line.client === process) next = closeOne(next, key)
    }
  }
  return next
}

function foldRecorded(stage: Picture, event: RecordedEvent): Picture {
  switch (event.type) {
    case 'storage':
      return foldStorage(stage, event)
    case 'runtime':
      return foldRuntime(stage, event)
    case 'raft-state': {
      const member = stage.members.get(event.process)
      if (member === undefined) return stage
      const { role, term, vote, leader, lastIndex, commit, applied } = event
      return change(
        stage,
        'members',
        stage.members.put(event.process, {
          ...member,
          role,
          term,
          vote,
          leader,
          lastIndex,
          commit,
          applied,
        }),
      )
    }
    case 'raft-entry':
      return foldEntry(stage, event)
    case 'reconcile':
      return event.step === 'start' ? says(stage, event, event.summary) : stage
    case 'schedule':
      return says(stage, event, event.node === null ? event.message : `${event.pod} → ${event.node}`)
    case 'leadership':
      return changeProcess(stage, event.process, { leader: event.leader })
    case 'process':
      return foldProcess(stage, event)
    case 'host': {
      const host = stage.hosts.get(event.target)
      if (host === undefined) return stage
      const next = change(stage, 'hosts', stage.hosts.put(event.target, { ...host, up: event.step === 'up' }))
      return event.step === 'down' ? loseNode(next, event.target) : next
    }
    case 'fault': {
      const { id, fault, target, until } = event
      const faults =
        event.step === 'healed'
          ? stage.faults.remove(id)
          : stage.faults.put(id, { id, fault, target, since: event.at, until })
      return change(stage, 'faults', faults)
    }
    default:
      return stage
  }
}

const says = (stage: Picture, event: RecordedEvent, text: string): Picture =>
  changeProcess(stage, event.process, { says: text, saysSeq: event.seq })

function changeProcess(stage: Picture, id: string, fields: Partial<ProcessView>): Picture {
  const process = stage.processes.get(id)
  return process === undefined
    ? stage
    : change(stage, 'processes', stage.processes.put(id, { ...process, ...fields }))
}

function foldProcess(stage: Picture, event: RecordedEvent & { type: 'process' }): Picture {
  const { target, step } = event
  if (step === 'frozen' || step === 'thawed')
    return changeProcess(stage, target, { frozen: step === 'frozen' })
  const up = step === 'up'
  let next = changeProcess(stage, target, { up, frozen: false, says: null })
  if (processKind(target) !== 'etcd' && !up)
    next = changeProcess(next, target, { leader: next.processes.get(target)?.leader === null ? null : false })
  const member = next.members.get(target)
  if (member !== undefined)
    next = change(
      next,
      'members',
      next.members.put(target, { ...member, up, ...(up ? {} : { role: 'follower' }) }),
    )
  return up ? next : closeAllOf(next, target)
}

/** Only the last few writes have rings; older ones are history. */
const PROPOSALS_SHOWN = 6

function foldEntry(stage: Picture, event: RecordedEvent & { type: 'raft-entry' }): Picture {
  const key = String(event.index)
  const known = stage.proposals.get(key)
  if (event.step === 'proposed') {
    const fresh = {
      index: event.index,
      term: event.term,
      leader: event.process,
      acknowledged: [],
      committed: false,
      proposal: event.proposal,
    }
    const oldest = stage.proposals.keys()[0]
    const kept =
      stage.proposals.size >= PROPOSALS_SHOWN && oldest !== undefined
        ? stage.proposals.remove(oldest)
        : stage.proposals
    return change(stage, 'proposals', kept.put(key, fresh))
  }
  if (known === undefined || event.step === 'applied') return stage
  const acknowledged =
    event.acknowledged ??
    (known.acknowledged.includes(event.process) ? known.acknowledged : [...known.acknowledged, event.process])
  const committed = known.committed || event.step === 'committed'
  return change(stage, 'proposals', stage.proposals.put(key, { ...known, acknowledged, committed }))
}
