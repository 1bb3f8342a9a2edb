// The context menu's state, and what can be done to a thing: faults of the catalogue by target, and restoring.

import { create } from 'zustand'
import type { FaultEntry, FaultView, StageView, Subject } from '../../worker/protocol.ts'

export interface StageMenu {
  readonly subject: Subject
  readonly name: string
  readonly x: number
  readonly y: number
}

export const useStageMenu = create<{ readonly menu: StageMenu | null }>(() => ({ menu: null }))
export const openMenu = (menu: StageMenu | null): void => useStageMenu.setState({ menu })

export const useCatalogue = create<{ readonly faults: readonly FaultEntry[] }>(() => ({ faults: [] }))

export interface Target {
  readonly kinds: readonly FaultEntry['targets'][number][]
  /** What faults are aimed at. */
  readonly target: string
}

/** What a subject is to faults. A node is a host as well; an etcd member is a process; an event may be a message. */
function targetsOf(subject: Subject, stage: StageView): readonly Target[] {
  switch (subject.kind) {
    case 'member':
      return [{ kinds: ['member', 'process'], target: subject.id }, ...hostTargets(stage, subject.id)]
    case 'process':
      return [{ kinds: ['process'], target: subject.id }]
    case 'host':
      return [{ kinds: stage.nodes[subject.name] ? ['node', 'host'] : ['host'], target: subject.name }]
    case 'link':
      return [{ kinds: ['link'], target: `${subject.from}~${subject.to}` }]
    case 'event':
      return [{ kinds: ['message'], target: String(subject.seq) }]
    case 'pod':
    case 'object':
      return []
  }
}

/** A member's own host can lose its power too. */
function hostTargets(stage: StageView, id: string): readonly Target[] {
  const host = stage.processes[id]?.host
  return host === undefined ? [] : [{ kinds: ['host'], target: host }]
}

export interface PossibleFault {
  readonly entry: FaultEntry
  readonly target: string
}

export function faultsFor(
  subject: Subject,
  stage: StageView,
  catalogue: readonly FaultEntry[],
): readonly PossibleFault[] {
  const active = activeFaults(subject, stage)
  const possible: PossibleFault[] = []
  for (const { kinds, target } of targetsOf(subject, stage))
    for (const entry of catalogue) {
      const fits = entry.targets.some((kind) => kinds.includes(kind))
      const done = active.some((fault) => fault.fault === entry.name && fault.target === target)
      const listed = possible.some((other) => other.entry.name === entry.name)
      if (fits && !done && !listed) possible.push({ entry, target })
    }
  return possible
}

export function activeFaults(subject: Subject, stage: StageView): readonly FaultView[] {
  const targets = targetsOf(subject, stage).map(({ target }) => target)
  const host = subject.kind === 'process' ? stage.processes[subject.id]?.host : undefined
  return Object.values(stage.faults).filter(
    ({ target }) =>
      targets.includes(target) ||
      target === host ||
      (subject.kind === 'link' && target === `${subject.to}~${subject.from}`),
  )
}

/** Faults of this thing itself: what befell the host of a process is shown on the host, or on the member that is it. */
export const faultsOn = (subject: Subject, stage: StageView): readonly FaultView[] => {
  const own = targetsOf(subject, stage).map(({ target }) => target)
  return Object.values(stage.faults).filter(({ target }) => own.includes(target))
}

/** The other ends of the lines at a thing, as subjects: lines are reached from what they join. */
export function linksAt(
  subject: Subject,
  { watches, requests, members, processes }: StageView,
): readonly (Subject & { readonly kind: 'link' })[] {
  const isEnd = (id: string): boolean =>
    subject.kind === 'host'
      ? processes[id]?.host === subject.name
      : (subject.kind === 'process' || subject.kind === 'member') && subject.id === id
  const links = new Map<string, Subject & { readonly kind: 'link' }>()
  const add = (from: string, to: string): void => {
    if (isEnd(from) !== isEnd(to)) links.set(`${from}~${to}`, { kind: 'link', from, to })
  }
  for (const { client, server } of [...Object.values(watches), ...Object.values(requests)])
    add(client, server)
  const ids = Object.keys(members)
  ids.forEach((from, index) => {
    for (const to of ids.slice(index + 1)) add(from, to)
  })
  return [...links].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link)
}

/** What K does to a subject: the plainest way to stop it. */
const plainest = ['host-down', 'process-down', 'member-down']

export function killOf(
  subject: Subject,
  stage: StageView,
  catalogue: readonly FaultEntry[],
): PossibleFault | null {
  const possible = faultsFor(subject, stage, catalogue)
  const wanted = subject.kind === 'host' ? plainest : ['process-down', 'member-down', 'host-down']
  for (const name of wanted) {
    const found = possible.find(({ entry }) => entry.name === name)
    if (found !== undefined) return found
  }
  return null
}
