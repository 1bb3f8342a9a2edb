// Once things are quiet, every ReplicaSet has exactly as many Pods as it wants, and says so.
import type { Pod, ReplicaSet } from '../sim/api/objects.ts'
import type { Check, Complaints } from './check.ts'
import { isOver } from './pod-requests.ts'
import type { Recorded } from './recorded.ts'

function counts(recorded: Recorded): Complaints {
  const owned = new Map<string, number>()
  for (const { object } of recorded.of('pods').values()) {
    const { metadata } = object
    if (metadata.deletionTimestamp !== undefined || isOver(object as Pod)) continue
    const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)
    if (owner?.kind === 'ReplicaSet') owned.set(owner.uid, (owned.get(owner.uid) ?? 0) + 1)
  }
  const found: string[] = []
  for (const { object } of recorded.of('replicasets').values()) {
    const { metadata, spec, status } = object as ReplicaSet
    if (metadata.deletionTimestamp !== undefined) continue
    const wanted = spec.replicas ?? 1
    const has = owned.get(metadata.uid) ?? 0
    const says = status?.replicas ?? 0
    const name = `ReplicaSet ${metadata.namespace}/${metadata.name}`
    if (has !== wanted) found.push(`${name} wants ${wanted} Pods and has ${has}`)
    else if (says !== has) found.push(`${name} has ${has} Pods and says that it has ${says}`)
  }
  return found
}

export const replicaCounts: Check = {
  name: 'replica-counts',
  title: { en: 'ReplicaSets have their Pods', 'zh-CN': 'ReplicaSet 的副本数正确' },
  explains: {
    en: 'Once things are quiet, each ReplicaSet has exactly as many Pods as it wants, neither more nor fewer, and its status says so.',
    'zh-CN': '平静之后，每个 ReplicaSet 的 Pod 数恰好等于期望值，不多不少，其状态也如实反映。',
  },
  settles: true,
  start: (recorded) => ({ settled: () => counts(recorded) }),
}
