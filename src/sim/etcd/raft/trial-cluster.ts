// A cluster for trials: members with disks, a bag of messages in transit, and nothing that happens by itself. The golden
// conversations drive it by hand and the random campaign at random; every step is watched by a `RaftChecker`.
// The state machine of each member is the list of payloads it applied.
import { assert } from '../../kernel/assert.ts'
import { RaftChecker } from './checkers.ts'
import type { RaftDisk } from './disk.ts'
import { emptyDisk, writeDisk, writeDiskSnapshot } from './disk.ts'
import type { LogIndex, MemberId, RaftMessage } from './messages.ts'
import { memberId } from './messages.ts'
import { createRaft } from './raft.ts'
import type { Ready } from './ready.ts'
import { advance, ready } from './ready.ts'
import { compactionIndex, compactLog, takeSnapshot } from './snapshot.ts'
import type { Raft, RaftOptions } from './state.ts'
import { step } from './step.ts'

export interface TrialMember {
  readonly id: MemberId
  readonly disk: RaftDisk
  /** Null while it is down. */
  raft: Raft | null
  /** What it is busy with; its disk has not answered yet. */
  working: Ready | null
  /** While stalled, its disk does not answer. */
  stalled: boolean
  machine: readonly unknown[]
}

export interface TrialCluster {
  readonly members: readonly TrialMember[]
  readonly options: Partial<RaftOptions>
  readonly checker: RaftChecker
  inTransit: RaftMessage[]
  /** Pairs `from->to` that lose what is sent. */
  readonly cut: Set<string>
  /** Told what happens; violations of safety included. */
  readonly on: TrialEvents
}

export interface TrialEvents {
  begun(member: TrialMember, work: Ready): void
  finished(member: TrialMember, work: Ready): void
  violation(text: string): void
}

export function createTrialCluster(
  count: number,
  options: Partial<RaftOptions>,
  on: TrialEvents,
): TrialCluster {
  const members = Array.from({ length: count }, (_, i): TrialMember => {
    const id = memberId(String(i + 1))
    return { id, disk: emptyDisk(), raft: null, working: null, stalled: false, machine: [] }
  })
  const cluster = { members, options, checker: new RaftChecker(), inTransit: [], cut: new Set<string>(), on }
  for (const member of members) restart(cluster, member)
  return cluster
}

export function memberOf(cluster: TrialCluster, id: string): TrialMember {
  const member = cluster.members.find((m) => m.id === id)
  assert(member !== undefined, `no member ${id}`)
  return member
}

export function crash(member: TrialMember): void {
  member.raft = null
  member.working = null
}

export function restart(cluster: TrialCluster, member: TrialMember): void {
  cluster.checker.restarted(member.id)
  const members = cluster.members.map(({ id }) => id)
  member.raft = createRaft({ id: member.id, members, disk: member.disk, options: cluster.options })
  member.machine = machineOf(member.disk.snapshot?.data)
  watch(cluster, member)
}

const machineOf = (data: unknown): readonly unknown[] => (Array.isArray(data) ? data : [])

function watch(cluster: TrialCluster, { raft }: TrialMember): void {
  if (raft !== null) cluster.checker.observe(raft).forEach(cluster.on.violation)
}

/** Lets a running member do something, and its host begin what follows from it. */
export function act(cluster: TrialCluster, member: TrialMember, action: (raft: Raft) => void): void {
  if (member.raft === null) return
  action(member.raft)
  watch(cluster, member)
  beginWork(cluster, member)
}

/** First half of a host's work: what may be sent before the disk has answered. */
function beginWork(cluster: TrialCluster, member: TrialMember): void {
  if (member.raft === null || member.working !== null) return
  const work = ready(member.raft)
  if (work === null) return
  member.working = work
  cluster.on.begun(member, work)
  cluster.inTransit.push(...work.messages)
  if (!work.mustSync) finishWork(cluster, member)
}

/** Second half: the disk has answered. Begins the next piece of work where there is one. */
export function finishWork(cluster: TrialCluster, member: TrialMember): void {
  const { raft, working } = member
  if (raft === null || working === null) return
  // The worst that may happen to a write that nobody waits for: it never reaches the disk.
  if (working.mustSync) writeDisk(member.disk, working)
  cluster.inTransit.push(...working.messagesAfterPersist)
  if (working.snapshot !== null) member.machine = machineOf(working.snapshot.data)
  for (const entry of working.committedEntries) {
    cluster.checker.applied(member.id, entry).forEach(cluster.on.violation)
    if (entry.data !== null) member.machine = [...member.machine, entry.data]
  }
  member.working = null
  cluster.on.finished(member, working)
  act(cluster, member, advance)
}

/** All members whose disks are not stalled work until they have nothing left to do. */
export function finishAllWork(cluster: TrialCluster): void {
  for (const member of cluster.members) {
    while (member.working !== null && !member.stalled) finishWork(cluster, member)
  }
}

/** Takes a message out of transit. It arrives unless its way is cut or its receiver is down. */
export function deliver(cluster: TrialCluster, position: number): void {
  const [message] = cluster.inTransit.splice(position, 1)
  if (message !== undefined) arrive(cluster, message)
}

export function arrive(cluster: TrialCluster, message: RaftMessage): void {
  if (cluster.cut.has(`${message.from}->${message.to}`)) return
  act(cluster, memberOf(cluster, message.to), (raft) => step(raft, message))
}

/** Takes a snapshot of all that the member applied, and compacts its log but for the last `keep` entries. */
export function takeMemberSnapshot(member: TrialMember, keep: number): LogIndex | null {
  const { raft } = member
  // In the middle of a piece of work, the disk is still to be written in the order in which things happened.
  if (raft === null || member.working !== null || raft.log.applied <= (raft.log.snapshot?.index ?? 0))
    return null
  const snapshot = takeSnapshot(raft, raft.log.applied, member.machine)
  const compactTo = compactionIndex(snapshot.index, keep)
  compactLog(raft, compactTo)
  writeDiskSnapshot(member.disk, snapshot, compactTo)
  return snapshot.index
}
