// The extension points between the choice of a node and the binding: Reserve, Permit, PreBind. Models the Run…Plugins
// functions of pkg/scheduler/framework/runtime. Left out: waiting in Permit, which counts as a failure here.
import type { PodInfo } from './pod-info.ts'
import type { Framework } from './registry.ts'
import type { Status } from './status.ts'

/** Which plugin said no, at which point. */
export interface Refusal {
  readonly point: 'Reserve' | 'Permit' | 'PreBind' | 'Bind'
  readonly plugin: string
  readonly status: Status
}

export function runReserve(framework: Framework, pod: PodInfo, node: string): Refusal | null {
  for (const { name: plugin, reserve } of framework.reserve) {
    const status = reserve(pod, node)
    if (status !== null) return { point: 'Reserve', plugin, status }
  }
  return null
}

/** All Reserve plugins, the last one first, also those whose Reserve did not run: they must bear that. */
export function unreserve(framework: Framework, pod: PodInfo, node: string): void {
  for (const plugin of [...framework.reserve].reverse()) plugin.unreserve?.(pod, node)
}

export function runPermit(framework: Framework, pod: PodInfo, node: string): Refusal | null {
  for (const { name: plugin, permit } of framework.permit) {
    const status = permit(pod, node)
    if (status === null) continue
    if (status.code !== 'Wait') return { point: 'Permit', plugin, status }
    const reasons = ['waiting on permit is not modelled']
    return { point: 'Permit', plugin, status: { code: 'Error', reasons } }
  }
  return null
}

export function runPreBind(framework: Framework, pod: PodInfo, node: string): Refusal | null {
  for (const { name: plugin, preBind } of framework.preBind) {
    const status = preBind(pod, node)
    if (status !== null) return { point: 'PreBind', plugin, status }
  }
  return null
}
