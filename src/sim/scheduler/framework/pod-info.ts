// A Pod with what the plugins need of it, worked out once. Models framework.PodInfo.
import type { Pod } from '../../api/objects.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { PodRequests } from './resources.ts'
import { podRequests } from './resources.ts'

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

/** What a Pod takes of the node that it is on. */
export interface Claims extends PodRequests {
  readonly hostPorts: readonly HostPort[]
  readonly priority: number
}

export interface PodInfo extends Claims {
  readonly pod: Pod
}

const NO_PORTS: readonly HostPort[] = Object.freeze([])

export function podInfo(pod: Pod): PodInfo {
  const { requested, nonZero } = podRequests(pod.spec)
  return deepFreeze({ pod, requested, nonZero, hostPorts: hostPortsOf(pod), priority: priorityOf(pod) })
}

function hostPortsOf(pod: Pod): readonly HostPort[] {
  const ports: HostPort[] = []
  const sidecars = (pod.spec.initContainers ?? []).filter((init) => init.restartPolicy === 'Always')
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort === undefined || hostPort <= 0) continue
      ports.push({
        ip: hostIP === undefined || hostIP === '' ? '0.0.0.0' : hostIP,
        protocol: protocol ?? 'TCP',
        port: hostPort,
      })
    }
  }
  return ports.length === 0 ? NO_PORTS : ports
}

export const priorityOf = (pod: Pod): number => pod.spec.priority ?? 0
