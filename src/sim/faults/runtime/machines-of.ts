// A running kernel as faults may see it.
import type { MemberState } from '../../etcd/member-state.ts'
import type { RaftDisk } from '../../etcd/raft/index.ts'
import { KERNEL } from '../../kernel/chronicle.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { processId } from '../../kernel/process.ts'
import type { Slot } from '../../kernel/slot.ts'
import type { KubeletState } from '../../node/kubelet/state.ts'
import type { ContainerdState } from '../../node/runtime/state.ts'
import type { Machines, PodOnNode } from './fault.ts'

export function machinesOf(kernel: Kernel): Machines {
  return {
    hosts: kernel.hosts(),
    processes: kernel.slots().map(({ id, kind, host, up }) => ({ id, kind, host, up })),
    isInFlight: (message) => kernel.isInFlight(message),
    messagesInFlight: () =>
      kernel
        .pending()
        .filter(({ from, to }) => from !== to && from !== KERNEL)
        .map(({ seq }) => seq)
        .sort((a, b) => a - b),
    podNames: () => podNames(kernel),
    hasLostDisk: (member) => hasLostDisk(kernel.slotOf(processId(member))),
    findPod: (name) => findPod(kernel, name),
  }
}

function hasLostDisk({ state, disk }: Slot): boolean {
  const now = state === undefined ? disk : (state as MemberState).disk
  return (now as RaftDisk | undefined)?.joining !== undefined || now === undefined
}

/** A kubelet that is down cannot be asked. */
function probesOf(kubelet: unknown, uid: string): Pick<PodOnNode, 'probes'> {
  const pod = (kubelet as KubeletState | undefined)?.workers.get(uid)?.pod
  if (pod === undefined) return {}
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
  const has = (probe: 'startupProbe' | 'livenessProbe' | 'readinessProbe'): boolean =>
    containers.some((container) => container[probe] !== undefined)
  const probes = ['startup', 'liveness', 'readiness'] as const
  return { probes: probes.filter((probe) => has(`${probe}Probe`)) }
}

function podNames(kernel: Kernel): string[] {
  return kernel.slots().flatMap(({ kind, state }) => {
    if (kind !== 'containerd' || state === undefined) return []
    return [...(state as ContainerdState).disk.sandboxes.values()]
      .filter(({ status }) => status.state === 'SANDBOX_READY')
      .map(({ status: { metadata } }) => `${metadata.namespace}/${metadata.name}`)
  })
}

/** The newest Pod of this name that a runtime which is up knows. */
function findPod(kernel: Kernel, pod: string): PodOnNode | undefined {
  for (const { id, kind, host, state } of kernel.slots()) {
    if (kind !== 'containerd' || state === undefined) continue
    const { sandboxes, containers } = (state as ContainerdState).disk
    const sandbox = [...sandboxes.values()].find(
      ({ status: { metadata, state: now } }) =>
        now === 'SANDBOX_READY' && `${metadata.namespace}/${metadata.name}` === pod,
    )
    if (sandbox === undefined) continue
    const { uid } = sandbox.status.metadata
    const running = [...containers.values()]
      .filter(({ status }) => status.podUid === uid && status.state === 'CONTAINER_RUNNING')
      .map(({ status }) => status.metadata.name)
    const kubelet = processId(`${host}/kubelet`)
    return { uid, runtime: id, kubelet, running, ...probesOf(kernel.stateOf(kubelet), uid) }
  }
  return undefined
}
