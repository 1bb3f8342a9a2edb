// Which ReplicaSet is of the present template and which are of earlier ones, their revisions and annotations. Models
// pkg/controller/deployment/util/deployment_util.go.
import type { Deployment, Draft, Labels, ReplicaSet } from '../../api/objects.ts'
import { controllerRef } from '../../api/owner-references.ts'
import { DESIRED_REPLICAS, MAX_REPLICAS, maxSurge, replicasOf } from './arithmetic.ts'
import { equalIgnoringHash, HASH_LABEL, templateHash } from './template-hash.ts'

export const REVISION = 'deployment.kubernetes.io/revision'
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
const HISTORY_LIMIT_CHARACTERS = 2000

/** What a ReplicaSet does not take over from its Deployment. */
const NOT_COPIED: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
])

const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export function byCreation(a: ReplicaSet, b: ReplicaSet): number {
  return (
    before(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    before(a.metadata.name, b.metadata.name)
  )
}

/** The oldest of the template, where a collision of hashes made several. */
export function findNew(deployment: Deployment, replicaSets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const { template } = deployment.spec
  return [...replicaSets]
    .sort(byCreation)
    .find((replicaSet) => equalIgnoringHash(replicaSet.spec.template, template))
}

export function revisionOf(replicaSet: ReplicaSet): number {
  const text = replicaSet.metadata.annotations?.[REVISION] ?? ''
  return /^[0-9]+$/.test(text) ? Number(text) : 0
}

export function lastRevision(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((most, replicaSet) => Math.max(most, revisionOf(replicaSet)), 0)
}

export function replicasAnnotations(deployment: Deployment): Labels {
  const wanted = replicasOf(deployment)
  return { [DESIRED_REPLICAS]: String(wanted), [MAX_REPLICAS]: String(wanted + maxSurge(deployment)) }
}

/** The annotations of the new ReplicaSet; the same object when nothing changes. */
export function newAnnotations(
  deployment: Deployment,
  replicaSet: { readonly metadata: { readonly annotations?: Labels } },
  revision: number,
  exists: boolean,
): Labels {
  const now = replicaSet.metadata.annotations ?? {}
  const next: Record<string, string> = { ...now }
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) {
    if (!NOT_COPIED.has(name)) next[name] = value
  }
  const before = now[REVISION]
  if (Number(before ?? '0') < revision) {
    next[REVISION] = String(revision)
    if (before !== undefined) next[REVISION_HISTORY] = history(now[REVISION_HISTORY], before)
  }
  if (!exists) Object.assign(next, replicasAnnotations(deployment))
  return Object.entries(next).every(([name, value]) => now[name] === value) ? now : next
}

/** A template that came back has had earlier revisions: they are kept, the oldest going first. */
function history(earlier: string | undefined, revision: string): string {
  const revisions = earlier === undefined || earlier === '' ? [] : earlier.split(',')
  revisions.push(revision)
  while (revisions.join(',').length > HISTORY_LIMIT_CHARACTERS && revisions.length > 1) revisions.shift()
  return revisions.join(',')
}

/** The ReplicaSet of the present template, with no replicas yet. */
export function draftReplicaSet(
  deployment: Deployment,
  revision: number,
): Draft<ReplicaSet> & ReplicaSetParts {
  const { template, selector, minReadySeconds } = deployment.spec
  const hash = templateHash(template, deployment.status.collisionCount)
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash }
  const { namespace, name } = deployment.metadata
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: newAnnotations(deployment, { metadata: {} }, revision, false),
      ownerReferences: [controllerRef(deployment)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  }
}

interface ReplicaSetParts {
  readonly metadata: { readonly name: string; readonly namespace: string }
}
