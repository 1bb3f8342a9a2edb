// What the conditions of a terminating Namespace say. Models pkg/controller/namespace/deletion/status_condition_utils.go.

import { deepEqual } from '../../api/json.ts'
import type { Namespace } from '../../api/objects.ts'
import { formatTime } from '../../api/time.ts'

type Conditions = NonNullable<Namespace['status']['conditions']>

/** What a pass over the namespace found. */
export interface Findings {
  readonly discoveryError: string | null
  readonly contentErrors: readonly string[]
  /** How many instances are left, by resource such as `deployments.apps`. */
  readonly remaining: Readonly<Record<string, number>>
  /** How many of them a finalizer holds. */
  readonly finalizers: Readonly<Record<string, number>>
}

interface Saying {
  readonly type: string
  readonly good: readonly [reason: string, message: string]
  readonly bad: readonly [reason: string, message: string] | null
}

function sayings({ discoveryError, contentErrors, remaining, finalizers }: Findings): readonly Saying[] {
  const resources = counted(remaining, (name, count) => `${name} has ${count} resource instances`)
  const held = counted(finalizers, (name, count) => `${name} in ${count} resource instances`)
  return [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      good: ['ResourcesDiscovered', 'All resources successfully discovered'],
      bad:
        discoveryError === null
          ? null
          : ['DiscoveryFailed', `Discovery failed for some groups, 1 failing: ${discoveryError}`],
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      good: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
      bad: null,
    },
    {
      type: 'NamespaceDeletionContentFailure',
      good: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
      bad:
        contentErrors.length === 0
          ? null
          : [
              'ContentDeletionFailed',
              `Failed to delete all resource types, ${contentErrors.length} remaining: ${contentErrors.join(', ')}`,
            ],
    },
    {
      type: 'NamespaceContentRemaining',
      good: ['ContentRemoved', 'All content successfully removed'],
      bad: resources === '' ? null : ['SomeResourcesRemain', `Some resources are remaining: ${resources}`],
    },
    {
      type: 'NamespaceFinalizersRemaining',
      good: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
      bad:
        held === ''
          ? null
          : ['SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${held}`],
    },
  ]
}

function counted(
  counts: Readonly<Record<string, number>>,
  text: (name: string, count: number) => string,
): string {
  const names = Object.keys(counts).filter((name) => (counts[name] ?? 0) > 0)
  return names
    .sort()
    .map((name) => text(name, counts[name] ?? 0))
    .join(', ')
}

/** The Namespace with conditions after these findings; the same one when they say nothing new. */
export function withFindings(namespace: Namespace, findings: Findings, now: number): Namespace {
  const before = namespace.status.conditions ?? []
  const after: Conditions[number][] = [...before]
  for (const { type, good, bad } of sayings(findings)) {
    const [reason, message] = bad ?? good
    const status = bad === null ? 'False' : 'True'
    const index = after.findIndex((condition) => condition.type === type)
    const current = after[index]
    if (current?.status === status && current.reason === reason && current.message === message) continue
    const kept = current?.status === status ? current.lastTransitionTime : undefined
    const next = { type, status, lastTransitionTime: kept ?? formatTime(now), reason, message }
    if (current === undefined) after.push(next)
    else after[index] = next
  }
  return deepEqual(before, after)
    ? namespace
    : { ...namespace, status: { ...namespace.status, conditions: after } }
}
