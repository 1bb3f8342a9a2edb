// What a scheduling cycle is given, and what its filters find.
import { DETAILED_NODES } from '../decision.ts'
import type { SchedulableNode } from './node-info.ts'
import type { Snapshot } from './plugin.ts'
import type { PodInfo } from './pod-info.ts'
import type { Status } from './status.ts'

export interface CycleInput {
  readonly pod: PodInfo
  readonly snapshot: Snapshot
  /** The names of the snapshot's nodes; frozen. */
  readonly names: readonly string[]
  /** Where the search starts in the list of nodes. */
  readonly start: number
  readonly percentageOfNodesToScore: number | null
  readonly random: () => number
  readonly attempt: number
  readonly trigger: string
  readonly queuedMicros: number
  /** Whether anybody reads the tables of the decision; without, it has the outcome alone. */
  readonly tables: boolean
}

export interface Search {
  readonly feasible: number[]
  /** By position in the list of nodes: -1 passed, -2 not looked at, else the filter. */
  readonly rejectedBy: number[]
  readonly statuses: Map<number, Status>
  readonly rejectors: Set<string>
  readonly skipped: readonly string[]
  evaluated: number
  absent: Status | null
  preFilterMessage: string
}

export const PASSED = -1
export const NOT_EVALUATED = -2

export function nodeAt(snapshot: Snapshot, position: number): SchedulableNode {
  const node = snapshot.nodes[position]
  if (node === undefined) throw new Error(`no node at position ${position}`)
  return node
}

/** The nodes of a large cluster that are described one by one: those that were looked at first, and the chosen one. */
export function detailedOf(
  { start, names }: CycleInput,
  evaluated: number,
  chosen: number | null,
): readonly number[] {
  const count = names.length
  const first = Array.from({ length: Math.min(DETAILED_NODES, evaluated) }, (_, i) => (start + i) % count)
  return chosen === null || first.includes(chosen) ? first : [...first, chosen]
}
