// The context menu's state, and what can be done to a thing: faults of the catalogue by target, and restoring.

import { create } from 'zustand'
import type { FaultEntry, StageView, Subject } from '../../worker/protocol.ts'
import type { Target } from './fault-targets.ts'
import { activeFaults, targetsOf } from './fault-targets.ts'

export interface StageMenu {
  readonly subject: Subject
  readonly name: string
  readonly x: number
  readonly y: number
}

export const useStageMenu = create<{ readonly menu: StageMenu | null }>(() => ({ menu: null }))
export const openMenu = (menu: StageMenu | null): void => useStageMenu.setState({ menu })

export const useCatalogue = create<{ readonly faults: readonly FaultEntry[] }>(() => ({ faults: [] }))

export interface PossibleFault {
  readonly entry: FaultEntry
  readonly target: string
}

/** Some faults are for certain kinds of processes only; a node stands for its kubelet. */
function isOfKind(entry: FaultEntry, kinds: Target['kinds'], process: string | undefined): boolean {
  if (entry.kinds === undefined || process === undefined) return true
  return (
    entry.targets.some((kind) => kind !== 'process' && kinds.includes(kind)) || entry.kinds.includes(process)
  )
}

export function faultsFor(
  subject: Subject,
  stage: StageView,
  catalogue: readonly FaultEntry[],
): readonly PossibleFault[] {
  const active = activeFaults(subject, stage)
  const possible: PossibleFault[] = []
  for (const { kinds, target, process } of targetsOf(subject, stage))
    for (const entry of catalogue) {
      const fits = entry.targets.some((kind) => kinds.includes(kind)) && isOfKind(entry, kinds, process)
      const done = active.some((fault) => fault.fault === entry.name && fault.target === target)
      const listed = possible.some((other) => other.entry.name === entry.name)
      if (fits && !done && !listed) possible.push({ entry, target })
    }
  return possible
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
