// What a thing on the stage is to faults, and which of the active ones hit it.

import type { FaultEntry, FaultView, StageView, Subject } from '../../worker/protocol.ts'

export interface Target {
  readonly kinds: readonly FaultEntry['targets'][number][]
  /** What faults are aimed at. */
  readonly target: string
  /** The kind of the process that it is. */
  readonly process?: string | undefined
}

/** A node is a host as well; an etcd member is a process; an event may be a message. */
export function targetsOf(subject: Subject, stage: StageView): readonly Target[] {
  switch (subject.kind) {
    case 'member':
      return [
        { kinds: ['member', 'process'], target: subject.id, process: 'etcd' },
        ...hostOf(stage, subject.id),
      ]
    case 'process':
      return [{ kinds: ['process'], target: subject.id, process: stage.processes[subject.id]?.kind }]
    case 'host':
      return [{ kinds: stage.nodes[subject.name] ? ['node', 'host'] : ['host'], target: subject.name }]
    case 'link':
      return [{ kinds: ['link'], target: `${subject.from}~${subject.to}` }]
    case 'event':
      return [{ kinds: ['message'], target: String(subject.seq) }]
    case 'pod': {
      const pod = stage.pods[subject.uid]
      return pod === undefined ? [] : [{ kinds: ['pod'], target: `${pod.namespace}/${pod.name}` }]
    }
    case 'object':
      return []
  }
}

/** A member's own host can lose its power too. */
function hostOf(stage: StageView, id: string): readonly Target[] {
  const host = stage.processes[id]?.host
  return host === undefined ? [] : [{ kinds: ['host'], target: host }]
}

const sidesOf = (target: string): readonly (readonly string[])[] =>
  target.split('~').map((side) => side.split(','))

/** A fault between two groups hits everything that it names; one of a container hits its Pod. */
const names = (fault: FaultView, own: string): boolean =>
  fault.target === own ||
  (fault.target.startsWith(`${own}/`) && own.includes('/')) ||
  sidesOf(fault.target).some((side) => side.includes(own))

/** Whether a fault lies between the two ends: one on each of its sides. */
function joins({ target }: FaultView, from: string, to: string, stage: StageView): boolean {
  const [left = [], right = []] = sidesOf(target)
  const isOn = (side: readonly string[], id: string): boolean =>
    side.includes('*') || side.includes(id) || side.includes(stage.processes[id]?.host ?? id)
  return (isOn(left, from) && isOn(right, to)) || (isOn(left, to) && isOn(right, from))
}

/** Faults of this thing itself: what befell the host of a process is shown on the host, or on the member that is it. */
export function faultsOn(subject: Subject, stage: StageView): readonly FaultView[] {
  const faults = Object.values(stage.faults)
  if (subject.kind === 'link') return faults.filter((fault) => joins(fault, subject.from, subject.to, stage))
  const own = targetsOf(subject, stage).map(({ target }) => target)
  return faults.filter((fault) => own.some((target) => names(fault, target)))
}

/** What can be restored where a thing stands: its own faults, and those of a process's host. */
export function activeFaults(subject: Subject, stage: StageView): readonly FaultView[] {
  const host = subject.kind === 'process' ? stage.processes[subject.id]?.host : undefined
  const own = faultsOn(subject, stage)
  const more = Object.values(stage.faults).filter((fault) => fault.target === host && !own.includes(fault))
  return [...own, ...more]
}
