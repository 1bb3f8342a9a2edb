// What one Pod contributes to the EndpointSlices of a Service. Models podToEndpoint, getEndpointPorts and
// podEndpointsChanged of k8s.io/endpointslice.
import { deepEqual } from '../../api/json.ts'
import type { Endpoint, EndpointPort, Pod, Service, ServicePort } from '../../api/objects.ts'
import { isReady, isTerminal } from '../runtime/pod-state.ts'

const podAddress = (pod: Pod): string => pod.status.podIP ?? ''

/** A Pod that terminates stays in until it is gone, so that traffic can drain. */
export const belongsInEndpoints = (pod: Pod): boolean => !isTerminal(pod) && podAddress(pod) !== ''

export function endpointOf(pod: Pod, service: Service, zone: string | undefined): Endpoint {
  const serving = isReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating)
  const { namespace, name, uid } = pod.metadata
  const { nodeName, hostname, subdomain } = pod.spec
  return {
    addresses: [podAddress(pod)],
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && subdomain === service.metadata.name ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
  } as Endpoint
}

export function endpointPorts(service: Service, pod: Pod): readonly EndpointPort[] {
  const ports: EndpointPort[] = []
  for (const port of service.spec.ports ?? []) {
    const number = targetPort(port, pod)
    if (number === undefined) continue
    const { appProtocol } = port
    const head = { name: port.name ?? '', port: number, protocol: port.protocol ?? 'TCP' }
    ports.push((appProtocol === undefined ? head : { ...head, appProtocol }) as EndpointPort)
  }
  return ports
}

/** A name is looked up in each Pod, so Pods of one Service may serve it on different ports. */
function targetPort(
  { targetPort: target, port, protocol = 'TCP' }: ServicePort,
  pod: Pod,
): number | undefined {
  if (target === undefined || target === '') return port
  if (typeof target === 'number') return target
  for (const container of pod.spec.containers) {
    for (const candidate of container.ports ?? []) {
      if (candidate.name === target && (candidate.protocol ?? 'TCP') === protocol)
        return candidate.containerPort
    }
  }
  return undefined
}

/** Whether the Pod's share in any Service may have changed. */
export function endpointChanged(before: Pod, now: Pod): boolean {
  return (
    podAddress(before) !== podAddress(now) ||
    isReady(before) !== isReady(now) ||
    isTerminal(before) !== isTerminal(now) ||
    before.metadata.deletionTimestamp !== now.metadata.deletionTimestamp ||
    before.spec.nodeName !== now.spec.nodeName ||
    before.spec.hostname !== now.spec.hostname ||
    !deepEqual(before.metadata.labels, now.metadata.labels)
  )
}
