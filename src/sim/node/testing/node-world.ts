// One node, with an apiserver and a fake etcd, for tests: everything on the node is real, and nothing else is there, so
// Pods are bound by hand and the node's range is given by hand.

import type { HttpMethod, HttpRequest, HttpResponse } from '../../api/http.ts'
import { CONTENT_JSON, CONTENT_MERGE_PATCH } from '../../api/http.ts'
import type { ApiMessage, RequestMessage } from '../../api/messages.ts'
import type { Event, KubeList, Node, Pod } from '../../api/objects.ts'
import { fakeEtcd } from '../../apiserver/fake-etcd.ts'
import { apiserver } from '../../apiserver/index.ts'
import type { KernelOptions } from '../../kernel/kernel.ts'
import { Kernel } from '../../kernel/kernel.ts'
import { micros, seconds } from '../../kernel/micros.ts'
import type { Message, ProcessDefinition } from '../../kernel/process.ts'
import { hostName, processId } from '../../kernel/process.ts'
import type { RecordedEvent, TraceEvent } from '../../kernel/trace.ts'
import { isMessage } from '../../kernel/trace.ts'
import { clusterNetwork } from '../../net/network.ts'
import { cni } from '../cni/index.ts'
import type { KubeletState } from '../kubelet/index.ts'
import { kubelet } from '../kubelet/index.ts'
import type { KubeProxyState } from '../proxy/index.ts'
import { kubeProxy } from '../proxy/index.ts'
import type { ContainerdState } from '../runtime/index.ts'
import { containerd } from '../runtime/index.ts'

export const SERVER = processId('kube-apiserver-1')
const LAPTOP = processId('kubectl')
export const KUBELET = processId('node-1/kubelet')
export const CONTAINERD = processId('node-1/containerd')
export const KUBE_PROXY = processId('node-1/kube-proxy')
export const CNI = processId('node-1/cni')

interface AskMessage extends Message {
  readonly type: 'ask'
  readonly message: RequestMessage
}

interface LaptopState {
  readonly responses: Record<number, HttpResponse>
}

const laptop: ProcessDefinition<LaptopState, unknown, ApiMessage | AskMessage> = {
  kind: 'laptop',
  init: () => ({ responses: {} }),
  handle(state, { message }, context) {
    if (message.type === 'ask') context.send(SERVER, message.message)
    else if (message.type === 'response') state.responses[message.id] = message.response
  },
}

type RuntimeEvent = Extract<RecordedEvent, { type: 'runtime' }>

export class NodeWorld {
  kernel: Kernel
  readonly options: KernelOptions
  readonly trace: TraceEvent[] = []
  private nextId = 1

  constructor(
    options: {
      readonly seed?: number
      readonly podCIDR?: string | null
      readonly images?: readonly string[]
    } = {},
  ) {
    const definitions = [
      fakeEtcd,
      apiserver,
      kubelet,
      containerd,
      cni,
      kubeProxy,
      laptop,
    ] as readonly ProcessDefinition[]
    this.options = {
      definitions: Object.fromEntries(definitions.map((definition) => [definition.kind, definition])),
      network: clusterNetwork(['laptop']),
      seed: options.seed ?? 1,
      onEvent: (event) => this.trace.push(event),
    }
    this.kernel = new Kernel(this.options)
    const etcd = processId('etcd-1')
    for (const host of ['etcd-1', 'control-plane-1', 'laptop', 'node-1'])
      this.kernel.addHost(hostName(host), 'host')
    this.kernel.spawn(etcd, fakeEtcd.kind, hostName('etcd-1'), {})
    this.kernel.spawn(SERVER, apiserver.kind, hostName('control-plane-1'), { etcd: [etcd] })
    this.kernel.spawn(LAPTOP, laptop.kind, hostName('laptop'), {})
    this.runFor(1)
    this.call('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
    const node = hostName('node-1')
    const capacity = { cpu: '2', memory: '4Gi', pods: '110', 'ephemeral-storage': '40Gi' }
    this.kernel.spawn(CNI, cni.kind, node, { node: 'node-1' })
    this.kernel.spawn(CONTAINERD, containerd.kind, node, {
      node: 'node-1',
      cni: CNI,
      images: options.images ?? [],
    })
    const config = { node: 'node-1', apiserver: SERVER, runtime: CONTAINERD, capacity, ip: '10.0.0.11' }
    this.kernel.spawn(KUBELET, kubelet.kind, node, config)
    const proxyConfig = { node: 'node-1', apiserver: SERVER, mode: 'ipvs' }
    this.kernel.spawn(KUBE_PROXY, kubeProxy.kind, node, proxyConfig)
    this.runFor(2)
    if (options.podCIDR === null) return
    this.call('PATCH', '/api/v1/nodes/node-1', { spec: { podCIDR: options.podCIDR ?? '10.244.1.0/24' } })
    this.runFor(2)
  }

  /** The same world around another kernel, such as a restored one. */
  fork(kernel: Kernel): NodeWorld {
    const twin: NodeWorld = Object.create(NodeWorld.prototype)
    return Object.assign(twin, this, { kernel })
  }

  runFor(virtualSeconds: number): void {
    this.kernel.runUntil(micros(this.kernel.now + seconds(virtualSeconds)))
  }

  /** Runs until the condition holds, and fails after `limit` seconds. */
  runUntil(condition: () => boolean, limit: number): void {
    const end = this.kernel.now + seconds(limit)
    while (!condition()) {
      if (this.kernel.now >= end) throw new Error(`not within ${limit} s`)
      this.kernel.step()
    }
  }

  /** A request from outside; runs until it is answered. */
  call(method: HttpMethod, path: string, body?: unknown, query: HttpRequest['query'] = {}): HttpResponse {
    const id = this.nextId++
    const contentType = method === 'PATCH' ? CONTENT_MERGE_PATCH : CONTENT_JSON
    const request: HttpRequest = { method, path, query, headers: { 'content-type': contentType }, body }
    const message: RequestMessage = { type: 'request', id, user: 'admin', request }
    this.kernel.command(LAPTOP, { type: 'ask', message } as AskMessage)
    const responses = (): LaptopState => this.kernel.stateOf(LAPTOP) as LaptopState
    this.runUntil(() => responses().responses[id] !== undefined, 70)
    const response = responses().responses[id]
    if (response === undefined) throw new Error('no response')
    return response
  }

  /** Creates a Pod that is bound to the node already. */
  createPod(
    name: string,
    spec: Partial<Pod['spec']>,
    annotations: Readonly<Record<string, string>> = {},
  ): Pod {
    const containers = spec.containers ?? [{ name: 'app', image: 'nginx' }]
    const response = this.call('POST', '/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', annotations },
      spec: { nodeName: 'node-1', ...spec, containers },
    })
    if (response.status !== 201) throw new Error(JSON.stringify(response.body))
    return response.body as Pod
  }

  pod(name: string): Pod | undefined {
    const response = this.call('GET', `/api/v1/namespaces/default/pods/${name}`)
    return response.status === 200 ? (response.body as Pod) : undefined
  }

  deletePod(name: string, options: object = {}): void {
    this.call('DELETE', `/api/v1/namespaces/default/pods/${name}`, options)
  }

  node(): Node {
    return this.call('GET', '/api/v1/nodes/node-1').body as Node
  }

  /** `reason: message`, in the order they were recorded. */
  eventTexts(object: string): string[] {
    const list = this.call('GET', '/api/v1/namespaces/default/events').body as KubeList<Event>
    const own = list.items.filter(({ involvedObject }) => involvedObject.name === object)
    const order = (event: Event): string =>
      `${event.firstTimestamp}${event.metadata.resourceVersion.padStart(9, '0')}`
    return own
      .sort((a, b) => (order(a) < order(b) ? -1 : 1))
      .map(({ reason, message }) => `${reason}: ${message}`)
  }

  runtimeSteps(pod: string): RuntimeEvent[] {
    const isRuntime = (event: TraceEvent): event is RuntimeEvent =>
      !isMessage(event) && event.type === 'runtime'
    return this.trace.filter(isRuntime).filter((event) => event.pod === `default/${pod}`)
  }

  /** The chain of causes from an event back to its root. */
  chainOf(seq: number): TraceEvent[] {
    const bySeq = new Map(this.trace.map((event) => [event.seq, event]))
    const chain: TraceEvent[] = []
    for (let event = bySeq.get(seq); event !== undefined; event = bySeq.get(event.cause)) chain.push(event)
    return chain
  }

  get kubelet(): KubeletState {
    return this.kernel.stateOf(KUBELET) as KubeletState
  }

  get kubeProxy(): KubeProxyState {
    return this.kernel.stateOf(KUBE_PROXY) as KubeProxyState
  }

  get containerd(): ContainerdState {
    return this.kernel.stateOf(CONTAINERD) as ContainerdState
  }
}
