// The Service by which Pods reach the API, default/kubernetes, and the EndpointSlice behind it, which the apiservers
// themselves keep. Models controlplane/controller/kubernetesservice and controlplane/reconcilers. Leaves out the leases
// that let the address of a dead apiserver go, and the deprecated Endpoints.
import type { EndpointSlice, Service } from '../api/objects.ts'
import { asResourceVersion, asUid } from '../api/objects.ts'
import type { HostName } from '../kernel/process.ts'
import { KUBERNETES_ADDRESS } from './service-addresses.ts'

export const UNSTORED = {
  uid: asUid(''),
  resourceVersion: asResourceVersion(''),
  creationTimestamp: '',
} as const

const SECURE_PORT = 6443
const NAMESPACE = 'default'
const NAME = 'kubernetes'
export const KUBERNETES_KEY = `${NAMESPACE}/${NAME}`

/** Control-plane hosts have the first addresses of the network that the nodes are in. */
export function advertisedAddress(host: HostName): string {
  const number = Number(/([0-9]+)$/.exec(host)?.[1] ?? '1')
  return `172.18.0.${number + 1}`
}

export function kubernetesService(): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: NAME,
      namespace: NAMESPACE,
      labels: { component: 'apiserver', provider: 'kubernetes' },
      ...UNSTORED,
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: KUBERNETES_ADDRESS,
      clusterIPs: [KUBERNETES_ADDRESS],
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: SECURE_PORT }],
    },
    status: {},
  }
}

/** The slice as the first apiserver writes it. */
export function kubernetesSlice(address: string): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: NAME,
      namespace: NAMESPACE,
      labels: { 'kubernetes.io/service-name': NAME },
      ...UNSTORED,
    },
    addressType: 'IPv4',
    ports: [{ name: 'https', port: SECURE_PORT, protocol: 'TCP' }],
    endpoints: [endpointAt(address)],
  }
}

/** The slice with one more apiserver in it, in the order of their addresses; the same slice where it is in already. */
export function withApiserver(slice: EndpointSlice, address: string): EndpointSlice {
  const present = slice.endpoints.flatMap(({ addresses }) => addresses)
  if (present.includes(address)) return slice
  const addresses = [...present, address].sort((a, b) => (a < b ? -1 : 1))
  return { ...slice, endpoints: addresses.map(endpointAt) }
}

const endpointAt = (address: string): EndpointSlice['endpoints'][number] => ({
  addresses: [address],
  conditions: { ready: true },
})
