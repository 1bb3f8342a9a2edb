// Pods and nodes for tests, one trait at a time: `makePod('a').request('cpu', '100m').pod`.
import type { Affinity, ContainerImage, Node, Pod, PodSpec, Taint, Toleration } from '../../api/objects.ts'
import { asResourceVersion, asUid } from '../../api/objects.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { SchedulableNode } from '../framework/node-info.ts'
import { emptyNodeInfo, hasNode, withNode, withPod } from '../framework/node-info.ts'
import type { Snapshot } from '../framework/plugin.ts'
import type { PodInfo } from '../framework/pod-info.ts'
import { podInfo } from '../framework/pod-info.ts'

const meta = (name: string) => ({
  name,
  uid: asUid(`uid-${name}`),
  resourceVersion: asResourceVersion(1),
  creationTimestamp: '2026-01-01T00:00:00Z',
})

export class PodBuilder {
  readonly pod: Pod

  constructor(pod: Pod) {
    this.pod = deepFreeze(pod)
  }

  get info(): PodInfo {
    return podInfo(this.pod)
  }

  spec(more: Partial<PodSpec>): PodBuilder {
    return new PodBuilder({ ...this.pod, spec: { ...this.pod.spec, ...more } })
  }

  /** A request of the first container. */
  request(resource: string, amount: string): PodBuilder {
    const [first, ...rest] = this.pod.spec.containers
    const requests = { ...first?.resources?.requests, [resource]: amount }
    return this.spec({ containers: [{ name: 'c', ...first, resources: { requests } }, ...rest] })
  }

  image(image: string): PodBuilder {
    const [first, ...rest] = this.pod.spec.containers
    return this.spec({ containers: [{ name: 'c', ...first, image }, ...rest] })
  }

  hostPort(port: number, hostIP = '', protocol = 'TCP'): PodBuilder {
    const [first, ...rest] = this.pod.spec.containers
    const ports = [...(first?.ports ?? []), { containerPort: port, hostPort: port, hostIP, protocol }]
    return this.spec({ containers: [{ name: 'c', ...first, ports }, ...rest] })
  }

  onNode = (nodeName: string): PodBuilder => this.spec({ nodeName })
  priority = (priority: number): PodBuilder => this.spec({ priority })
  nodeSelector = (nodeSelector: Record<string, string>): PodBuilder => this.spec({ nodeSelector })
  affinity = (affinity: Affinity): PodBuilder => this.spec({ affinity })
  tolerates = (...tolerations: Toleration[]): PodBuilder => this.spec({ tolerations })
}

export function makePod(name: string): PodBuilder {
  return new PodBuilder({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...meta(name), namespace: 'default' },
    spec: { containers: [{ name: 'c', image: 'nginx' }], schedulerName: 'default-scheduler', priority: 0 },
    status: { phase: 'Pending' },
  })
}

export class NodeBuilder {
  readonly node: Node

  constructor(node: Node) {
    this.node = deepFreeze(node)
  }

  /** As the cache would have it with these Pods on it. */
  info(...pods: PodBuilder[]): SchedulableNode {
    let info = withNode(emptyNodeInfo(this.node.metadata.name), this.node)
    for (const pod of pods) info = withPod(info, pod.info, 1)
    if (!hasNode(info)) throw new Error('a node info with a node')
    return info
  }

  allocatable(amounts: Record<string, string>): NodeBuilder {
    const allocatable = { ...this.node.status.allocatable, ...amounts }
    return new NodeBuilder({ ...this.node, status: { ...this.node.status, allocatable } })
  }

  labels(labels: Record<string, string>): NodeBuilder {
    return new NodeBuilder({ ...this.node, metadata: { ...this.node.metadata, labels } })
  }

  taints(...taints: Taint[]): NodeBuilder {
    return new NodeBuilder({ ...this.node, spec: { ...this.node.spec, taints } })
  }

  cordoned(): NodeBuilder {
    return new NodeBuilder({ ...this.node, spec: { ...this.node.spec, unschedulable: true } })
  }

  images(...images: ContainerImage[]): NodeBuilder {
    return new NodeBuilder({ ...this.node, status: { ...this.node.status, images } })
  }
}

/** 4 cores, 8 GiB, 110 Pods. */
export function makeNode(name: string): NodeBuilder {
  const allocatable = { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi' }
  return new NodeBuilder({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: meta(name),
    spec: {},
    status: { allocatable },
  })
}

export function makeSnapshot(
  nodes: readonly SchedulableNode[],
  imageNodes: Record<string, number> = {},
): Snapshot {
  return {
    nodes,
    versions: nodes.map((_, position) => position + 1),
    imageNodes: (image) => imageNodes[image] ?? 0,
    imageBytes: () => null,
    hasLowerPriorityPods: () => false,
  }
}
