// Everything reaches its desired state once every fault is healed: nodes are Ready, Deployments available, nothing waits
// without a reason that it tells, and nothing is left half deleted.
import type { Deployment, Node, Pod, ReplicaSet } from '../sim/api/objects.ts'
import type { Check, Complaints, Processes } from './check.ts'
import { isOver } from './pod-requests.ts'
import type { Recorded } from './recorded.ts'

/** What a container waits for that is not the cluster's fault. */
const HONEST_REASONS: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
])

const LISTED = 10

class Desires {
  private readonly recorded: Recorded

  constructor(recorded: Recorded) {
    this.recorded = recorded
  }

  settled(processes: Processes): Complaints {
    const kubelets = new Set<string>()
    for (const { id, kind, up } of processes.slots())
      if (kind === 'kubelet' && up) kubelets.add(id.slice(0, id.indexOf('/')))
    const excused = new Set<string>()
    const found = [
      ...this.nodes(kubelets),
      ...this.pods(kubelets, excused),
      ...this.deployments(excused),
      ...this.deletions(kubelets),
    ]
    return found.slice(0, LISTED)
  }

  private nodes(kubelets: ReadonlySet<string>): string[] {
    const found: string[] = []
    for (const { object } of this.recorded.of('nodes').values()) {
      const { metadata, status, spec } = object as Node
      if (!kubelets.has(metadata.name)) continue
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')
      if (ready?.status !== 'True')
        found.push(`node ${metadata.name} is not Ready: ${ready?.message ?? 'no word'}`)
      const taint = spec?.taints?.find(({ key }) =>
        /^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(key),
      )
      if (ready?.status === 'True' && taint !== undefined)
        found.push(`node ${metadata.name} is Ready and still has the taint ${taint.key}`)
    }
    for (const name of kubelets)
      if (!this.recorded.of('nodes').has(`/registry/minions/${name}`))
        found.push(`the kubelet of ${name} runs, and there is no such node`)
    return found
  }

  /** Collects the owners of Pods that have a reason not to be ready. */
  private pods(kubelets: ReadonlySet<string>, excused: Set<string>): string[] {
    const found: string[] = []
    for (const { object } of this.recorded.of('pods').values()) {
      const pod = object as Pod
      const { metadata, spec } = pod
      if (metadata.deletionTimestamp !== undefined || isOver(pod) || isReady(pod)) continue
      const node = spec.nodeName ?? ''
      if (hasReason(pod) || (node !== '' && !kubelets.has(node)))
        excused.add(metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid ?? '')
      else
        found.push(
          `pod ${metadata.namespace}/${metadata.name} is not ready and says no reason (${node === '' ? 'not bound' : `on ${node}`}, ${pod.status?.phase ?? 'no phase'})`,
        )
    }
    return found
  }

  private deployments(excused: ReadonlySet<string>): string[] {
    const excusedDeployments = new Set<string>()
    for (const { object } of this.recorded.of('replicasets').values())
      if (excused.has(object.metadata.uid))
        for (const { uid } of object.metadata.ownerReferences ?? []) excusedDeployments.add(uid)
    const found: string[] = []
    for (const { object } of this.recorded.of('deployments').values()) {
      const { metadata, spec, status } = object as Deployment
      if (metadata.deletionTimestamp !== undefined || spec.paused === true) continue
      const name = `deployment ${metadata.namespace}/${metadata.name}`
      const wanted = spec.replicas ?? 1
      if (status?.observedGeneration !== metadata.generation)
        found.push(
          `${name} is at generation ${metadata.generation}, of which ${status?.observedGeneration ?? 0} is seen`,
        )
      if (excusedDeployments.has(metadata.uid) || this.isDeadlocked(object as Deployment)) continue
      const available = status?.availableReplicas ?? 0
      const updated = status?.updatedReplicas ?? 0
      if (available !== wanted || updated !== wanted || (status?.replicas ?? 0) !== wanted)
        found.push(`${name} wants ${wanted} Pods and has ${available} available, ${updated} up to date`)
    }
    return found
  }

  /**
   * A bug of Kubernetes itself, which the simulated controller shares (kubernetes/kubernetes issue 102551; pull request 138036
   * would mend it): where a Deployment is scaled to what its one active ReplicaSet happens to have, the note on that of the
   * size wanted is not renewed; then each sync takes it for a scaling event, finds nothing to scale, and no rollout goes on.
   */
  private isDeadlocked({ metadata, spec }: Deployment): boolean {
    const active: ReplicaSet[] = []
    for (const { object } of this.recorded.of('replicasets').values()) {
      const replicaSet = object as ReplicaSet
      const isOwn = replicaSet.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid) === true
      if (isOwn && (replicaSet.spec.replicas ?? 1) > 0) active.push(replicaSet)
    }
    const [only] = active
    if (only === undefined || active.length > 1) return false
    const noted = only.metadata.annotations?.['deployment.kubernetes.io/desired-replicas']
    const wanted = spec.replicas ?? 1
    return only.spec.replicas === wanted && noted !== undefined && noted !== String(wanted)
  }

  private deletions(kubelets: ReadonlySet<string>): string[] {
    const found: string[] = []
    for (const { key, object, resource } of this.recorded.all()) {
      const metadata = (object as Partial<typeof object>).metadata
      if (metadata?.deletionTimestamp === undefined || (metadata.finalizers?.length ?? 0) > 0) continue
      const node = resource === 'pods' ? ((object as Pod).spec.nodeName ?? '') : ''
      if (node !== '' && !kubelets.has(node)) continue
      found.push(`${key} should be gone since ${metadata.deletionTimestamp}`)
    }
    return found
  }
}

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true

function hasReason({ spec, status }: Pod): boolean {
  const scheduled = status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (scheduled?.status === 'False')
    return scheduled.reason === 'Unschedulable' || scheduled.reason === 'SchedulingGated'
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  if (all.some(({ state }) => HONEST_REASONS.has(state?.waiting?.reason ?? ''))) return true
  // It crashed and was started again, or ended and is not to be started again.
  if (all.some(({ restartCount, state }) => (restartCount ?? 0) > 0 || state?.terminated !== undefined))
    return true
  if (spec.readinessGates !== undefined && spec.readinessGates.length > 0) return true
  const probed = spec.containers.some(({ readinessProbe, startupProbe }) => readinessProbe ?? startupProbe)
  // An initialization that takes long is at work.
  const initializing = status?.initContainerStatuses?.some(({ state }) => state?.running !== undefined)
  return (probed && all.some(({ state }) => state?.running !== undefined)) || initializing === true
}

export const desiredState: Check = {
  name: 'desired-state',
  title: { en: 'Everything reaches its desired state', 'zh-CN': '一切达到期望状态' },
  explains: {
    en: 'Once every fault is healed, nodes become Ready, Deployments available, and deletions end; what still waits tells an honest reason.',
    'zh-CN': '所有故障修复之后，节点恢复 Ready，Deployment 可用，删除完成；仍在等待的对象会如实说明原因。',
  },
  settles: true,
  start: (recorded) => new Desires(recorded),
}
