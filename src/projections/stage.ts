// The fold behind the stage: from one event to the next picture. Pictures are immutable and share what did not change,
// so that a keyframe costs nothing and two pictures are compared by identity.

import type { ApiMessage } from '../sim/api/messages.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { parseApiPath, processKind } from './facts.ts'
import { foldRuntime, loseNode } from './stage-runtime.ts'
import { foldStorage } from './stage-storage.ts'
import type { ProcessView, StageView } from './stage-view.ts'
import { change, put, remove } from './tables.ts'

export interface StageSeed {
  readonly hosts: readonly { readonly name: string; readonly role: string }[]
  readonly processes: readonly { readonly id: string; readonly kind: string; readonly host: string }[]
}

/** The picture before anything has happened: every host and process of the topology, and nothing recorded. */
export function emptyStage(seed: StageSeed): StageView {
  const byId = <T extends { readonly id: string }>(items: readonly T[]): Record<string, T> =>
    Object.fromEntries(items.map((item) => [item.id, item]))
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
    hosts: Object.fromEntries(seed.hosts.map((host) => [host.name, { ...host, up: true }])),
    processes: byId(processes),
    members: byId(members),
    nodes: {},
    pods: {},
    workloads: {},
    watches: {},
    requests: {},
    proposals: {},
    faults: {},
    counters: {},
  }
}

export function foldStage(stage: StageView, event: TraceEvent): StageView {
  return isMessage(event) ? foldMessage(stage, event) : foldRecorded(stage, event)
}

function foldMessage(stage: StageView, event: Delivery): StageView {
  const message = event.message as ApiMessage
  switch (message.type) {
    case 'request':
      return openRequest(stage, event, message)
    case 'response': {
      const key = `${event.to}/${message.id}`
      const open = stage.requests[key]
      if (open === undefined) return stage
      const closed = change(stage, 'requests', remove(stage.requests, key))
      return open.method === 'WATCH' && message.response.status === 200
        ? openWatch(closed, key, open)
        : closed
    }
    case 'watch-end':
      return change(stage, 'watches', remove(stage.watches, `${event.to}/${message.id}`))
    case 'cancel':
      return closeOne(stage, `${event.from}/${message.id}`)
    default:
      return event.type === 'reset' ? closeConnections(stage, event.to, event.from) : stage
  }
}

function openRequest(
  stage: StageView,
  event: Delivery,
  message: ApiMessage & { type: 'request' },
): StageView {
  const { method, path, query } = message.request
  const verb = query.watch === 'true' || query.watch === '1' ? 'WATCH' : method
  const request = { seq: event.seq, client: event.from, server: event.to, method: verb, path }
  return change(stage, 'requests', put(stage.requests, `${event.from}/${message.id}`, request))
}

function openWatch(stage: StageView, key: string, open: StageView['requests'][string]): StageView {
  const { resource } = parseApiPath(open.path)
  const watch = { key, client: open.client, server: open.server, resource, since: open.seq }
  return change(stage, 'watches', put(stage.watches, key, watch))
}

const closeOne = (stage: StageView, key: string): StageView =>
  change(change(stage, 'watches', remove(stage.watches, key)), 'requests', remove(stage.requests, key))

function closeConnections(stage: StageView, client: string, server: string): StageView {
  let next = stage
  for (const table of ['watches', 'requests'] as const) {
    for (const [key, line] of Object.entries(next[table])) {
      const ours =
        (line.client === client && line.server === server) ||
        (line.client === server && line.server === client)
      if (ours) next = closeOne(next, key)
    }
  }
  return next
}

/** A process that died holds no connection, whoever has noticed. */
function closeAllOf(stage: StageView, process: string): StageView {
  let next = stage
  for (const table of ['watches', 'requests'] as const) {
    for (const [key, line] of Object.entries(next[table])) {
      if (line.client === process) next = closeOne(next, key)
    }
  }
  return next
}

function foldRecorded(stage: StageView, event: RecordedEvent): StageView {
  switch (event.type) {
    case 'storage':
      return foldStorage(stage, event)
    case 'runtime':
      return foldRuntime(stage, event)
    case 'raft-state': {
      const member = stage.members[event.process]
      if (member === undefined) return stage
      const { role, term, vote, leader, lastIndex, commit, applied } = event
      return change(
        stage,
        'members',
        put(stage.members, event.process, {
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
      const host = stage.hosts[event.target]
      if (host === undefined) return stage
      const next = change(
        stage,
        'hosts',
        put(stage.hosts, event.target, { ...host, up: event.step === 'up' }),
      )
      return event.step === 'down' ? loseNode(next, event.target) : next
    }
    case 'fault': {
      const { id, fault, target } = event
      const faults =
        event.step === 'healed'
          ? remove(stage.faults, id)
          : put(stage.faults, id, { id, fault, target, since: event.at })
      return change(stage, 'faults', faults)
    }
    default:
      return stage
  }
}

const says = (stage: StageView, event: RecordedEvent, text: string): StageView =>
  changeProcess(stage, event.process, { says: text, saysSeq: event.seq })

function changeProcess(stage: StageView, id: string, fields: Partial<ProcessView>): StageView {
  const process = stage.processes[id]
  return process === undefined
    ? stage
    : change(stage, 'processes', put(stage.processes, id, { ...process, ...fields }))
}

function foldProcess(stage: StageView, event: RecordedEvent & { type: 'process' }): StageView {
  const { target, step } = event
  if (step === 'frozen' || step === 'thawed')
    return changeProcess(stage, target, { frozen: step === 'frozen' })
  const up = step === 'up'
  let next = changeProcess(stage, target, { up, frozen: false, says: null })
  if (processKind(target) !== 'etcd' && !up)
    next = changeProcess(next, target, { leader: next.processes[target]?.leader === null ? null : false })
  const member = next.members[target]
  if (member !== undefined)
    next = change(
      next,
      'members',
      put(next.members, target, { ...member, up, ...(up ? {} : { role: 'follower' }) }),
    )
  return up ? next : closeAllOf(next, target)
}

/** Only the last few writes have rings; older ones are history. */
const PROPOSALS_SHOWN = 6

function foldEntry(stage: StageView, event: RecordedEvent & { type: 'raft-entry' }): StageView {
  const key = String(event.index)
  const known = stage.proposals[key]
  if (event.step === 'proposed') {
    const fresh = {
      index: event.index,
      term: event.term,
      leader: event.process,
      acknowledged: [],
      committed: false,
      proposal: event.proposal,
    }
    const oldest = Object.keys(stage.proposals)[0]
    const kept =
      Object.keys(stage.proposals).length >= PROPOSALS_SHOWN && oldest !== undefined
        ? remove(stage.proposals, oldest)
        : stage.proposals
    return change(stage, 'proposals', put(kept, key, fresh))
  }
  if (known === undefined || event.step === 'applied') return stage
  const acknowledged =
    event.acknowledged ??
    (known.acknowledged.includes(event.process) ? known.acknowledged : [...known.acknowledged, event.process])
  const committed = known.committed || event.step === 'committed'
  return change(stage, 'proposals', put(stage.proposals, key, { ...known, acknowledged, committed }))
}
