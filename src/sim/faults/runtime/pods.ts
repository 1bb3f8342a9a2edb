// Pods as targets: `namespace/name`, and with a container's name behind another slash that container alone.
import type { FaultPlan, Machines, PodOnNode } from './fault.ts'
import { listed } from './fault.ts'

type Refusal = Extract<FaultPlan, { readonly ok: false }>
type Found = { readonly ok: true; readonly pod: PodOnNode; readonly containers: readonly string[] } | Refusal

const refused = (error: string): Refusal => ({ ok: false, error })

/** A Pod that runs on some node, and the running containers that are meant. */
export function runningIn(machines: Machines, target: string): Found {
  const [namespace = '', name = '', container, ...more] = target.split('/')
  if (name === '' || more.length > 0)
    return refused(`"${target}" is not a Pod: write namespace/name or namespace/name/container`)
  const pod = machines.findPod?.(`${namespace}/${name}`)
  if (pod === undefined)
    return refused(
      `no Pod "${namespace}/${name}" is on any node; there are ${listed(machines.podNames?.() ?? [])}`,
    )
  if (container === undefined) return { ok: true, pod, containers: pod.running }
  if (pod.running.includes(container)) return { ok: true, pod, containers: [container] }
  return refused(`no container "${container}" runs in ${namespace}/${name}; there are ${listed(pod.running)}`)
}

/** The process of each of these containers ends now, with this exit code and for this reason. */
export function endContainers(
  { pod, containers }: Extract<Found, { readonly ok: true }>,
  exitCode: number,
  reason: string,
): FaultPlan {
  if (containers.length === 0) return refused('none of its containers runs now')
  const levers = containers.map((container) => ({
    lever: 'signal' as const,
    process: pod.runtime,
    message: { type: 'process-ended', podUid: pod.uid, container, exitCode, reason },
  }))
  return { ok: true, levers, heal: [] }
}
