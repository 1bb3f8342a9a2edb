// Builds a cluster from a topology: hosts, and the processes that run on them.
import { apiserver } from './apiserver/index.ts'
import { KINDS } from './apiserver/kinds/index.ts'
import { controllerManagerFor } from './controllers/index.ts'
import { etcdMember } from './etcd/member.ts'
import type { Kernel } from './kernel/kernel.ts'
import type { ProcessDefinition, ProcessId } from './kernel/process.ts'
import { hostName, processId } from './kernel/process.ts'
import { cni } from './node/cni/index.ts'
import { kubelet } from './node/kubelet/index.ts'
import { kubeProxy } from './node/proxy/index.ts'
import { containerd } from './node/runtime/index.ts'
import { scheduler } from './scheduler/index.ts'

export interface Topology {
  readonly controlPlanes: number
  readonly etcd: number
  readonly nodes: number
  /**
   * How many requests a second kube-controller-manager and kube-scheduler may make, as `--kube-api-qps` and
   * `--kube-api-burst` say; operators of large clusters raise them. The components' own defaults when absent.
   */
  readonly apiQps?: number
}

/** Discovery, which the garbage collector would ask at run time; no kind is added while a cluster runs. */
const controllerManager = controllerManagerFor(
  KINDS.all.map(({ group, version, resource, kind, namespaced }) =>
    Object.freeze({ group, version, resource, kind, namespaced }),
  ),
)

/** By kind; a duplicate is a mistake in the list. */
export const definitions: Readonly<Record<string, ProcessDefinition>> = Object.freeze(
  Object.fromEntries(
    [etcdMember, apiserver, controllerManager, scheduler, kubelet, containerd, cni, kubeProxy].map(
      (definition) => [definition.kind, definition as ProcessDefinition],
    ),
  ),
)

/** What every node offers to Pods: 2 CPUs, 4 GiB, 110 Pods. */
const NODE_CAPACITY = { cpu: '2', memory: '4Gi', pods: '110', 'ephemeral-storage': '40Gi' }

/** Every node has it: it comes with the installation of the runtime. */
const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10'

/** Spawns everything. Returns the `seq` of the boot, the root of what the processes do when they start. */
export function buildCluster(kernel: Kernel, topology: Topology): number {
  const boot = kernel.boot(topology)
  const members = named('etcd', topology.etcd)
  for (const member of members) {
    kernel.addHost(hostName(member), 'etcd')
    kernel.spawn(member, etcdMember.kind, hostName(member), { id: member, members }, boot)
  }
  const server = processId('kube-apiserver-1')
  for (let i = 1; i <= topology.controlPlanes; i++)
    buildControlPlane(kernel, i, members, boot, topology.apiQps)
  for (let i = 1; i <= topology.nodes; i++) buildNode(kernel, `node-${i}`, server, boot)
  return boot
}

const named = (prefix: string, count: number): ProcessId[] =>
  Array.from({ length: count }, (_, index) => processId(`${prefix}-${index + 1}`))

function buildControlPlane(
  kernel: Kernel,
  index: number,
  etcd: readonly ProcessId[],
  boot: number,
  apiQps: number | undefined,
): void {
  const host = hostName(`control-plane-${index}`)
  const server = processId(`kube-apiserver-${index}`)
  kernel.addHost(host, 'control-plane')
  kernel.spawn(server, apiserver.kind, host, { etcd }, boot)
  const limits = apiQps === undefined ? {} : { qps: apiQps, burst: apiQps }
  const client = { apiserver: server, ...limits }
  kernel.spawn(processId(`kube-controller-manager-${index}`), controllerManager.kind, host, client, boot)
  kernel.spawn(processId(`kube-scheduler-${index}`), scheduler.kind, host, client, boot)
}

function buildNode(kernel: Kernel, name: string, server: ProcessId, boot: number): void {
  const host = hostName(name)
  const runtime = processId(`${name}/containerd`)
  const network = processId(`${name}/cni`)
  kernel.addHost(host, 'node')
  kernel.spawn(network, cni.kind, host, { node: name }, boot)
  kernel.spawn(runtime, containerd.kind, host, { node: name, cni: network, images: [PAUSE_IMAGE] }, boot)
  kernel.spawn(
    processId(`${name}/kubelet`),
    kubelet.kind,
    host,
    { node: name, apiserver: server, runtime, capacity: NODE_CAPACITY, labels: {}, taints: [] },
    boot,
  )
  kernel.spawn(
    processId(`${name}/kube-proxy`),
    kubeProxy.kind,
    host,
    { node: name, apiserver: server, mode: 'ipvs' },
    boot,
  )
}
