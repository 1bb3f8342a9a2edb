// A control plane for tests of controllers: one etcd member, the apiserver, the controller-manager, and a client that
// plays kubectl, the scheduler and the kubelets.

import type { HttpMethod, HttpRequest, HttpResponse } from '../../api/http.ts'
import type { RequestMessage, ResponseMessage } from '../../api/messages.ts'
import { isRequest } from '../../api/messages.ts'
import type { KubeList, KubeObject, Node, Pod } from '../../api/objects.ts'
import { formatMicroTime, formatTime } from '../../api/time.ts'
import { apiserver } from '../../apiserver/index.ts'
import { etcdMember } from '../../etcd/member.ts'
import { Kernel } from '../../kernel/kernel.ts'
import { micros, seconds } from '../../kernel/micros.ts'
import type { KernelMessage, Message, ProcessDefinition } from '../../kernel/process.ts'
import { hostName, processId } from '../../kernel/process.ts'
import type { LocalEvent, RecordedEvent, TraceEvent } from '../../kernel/trace.ts'
import { clusterNetwork } from '../../net/network.ts'
import { controllerManagerFor } from '../index.ts'

const APISERVER = processId('kube-apiserver-1')
const MANAGER = processId('kube-controller-manager-1')
const ETCD = processId('etcd-1')
const KUBECTL = processId('kubectl')

interface ClientState {
  readonly responses: Record<number, HttpResponse>
}

type ClientMessage =
  | ResponseMessage
  | KernelMessage
  | { readonly type: 'ask'; readonly request: RequestMessage }

const kubectl: ProcessDefinition<ClientState, unknown, ClientMessage & Message> = {
  kind: 'kubectl',
  init: () => ({ responses: {} }),
  handle(state, { message }, context) {
    if (message.type === 'ask') context.send(APISERVER, message.request)
    else if (message.type === 'response') state.responses[message.id] = message.response
  },
}

const CONTENT: Readonly<Record<string, string>> = {
  PATCH: 'application/strategic-merge-patch+json',
}

export class Cluster {
  readonly events: TraceEvent[] = []
  readonly kernel: Kernel
  /** Nodes whose kubelet is up. */
  private readonly kubelets = new Set<string>()
  private nextId = 1

  constructor(
    controllers?: readonly string[],
    limits: { readonly qps?: number; readonly burst?: number } = {},
  ) {
    this.kernel = new Kernel({
      definitions: {
        etcd: etcdMember as ProcessDefinition,
        'kube-apiserver': apiserver as ProcessDefinition,
        'kube-controller-manager': controllerManagerFor([]) as ProcessDefinition,
        kubectl: kubectl as ProcessDefinition,
      },
      network: clusterNetwork([]),
      seed: 1,
      onEvent: (event) => this.events.push(event),
    })
    for (const host of ['etcd-1', 'control-plane-1', 'laptop']) this.kernel.addHost(hostName(host), 'host')
    this.kernel.spawn(ETCD, 'etcd', hostName('etcd-1'), { id: ETCD, members: [ETCD] })
    this.kernel.spawn(APISERVER, 'kube-apiserver', hostName('control-plane-1'), { etcd: [ETCD] })
    const config = { apiserver: APISERVER, ...limits, ...(controllers === undefined ? {} : { controllers }) }
    this.kernel.spawn(MANAGER, 'kube-controller-manager', hostName('control-plane-1'), config)
    this.kernel.spawn(KUBECTL, 'kubectl', hostName('laptop'), {})
    this.runFor(6)
  }

  /** Its supervisor starts it again after a second. */
  killManager(): void {
    const lever = { lever: 'crash', process: MANAGER, reason: 'test', restartAfterMicros: 1_000_000 } as const
    this.kernel.inject('crash', MANAGER, [lever], [], null)
  }

  get now(): number {
    return this.kernel.now
  }

  runFor(howLong: number): void {
    this.kernel.runUntil(micros(this.kernel.now + seconds(howLong)))
  }

  /** Sends a request and runs until it is answered. */
  call(method: HttpMethod, path: string, body?: unknown): HttpResponse {
    const id = this.nextId++
    const headers = { 'content-type': CONTENT[method] ?? 'application/json' }
    const request: HttpRequest = { method, path, query: {}, headers, ...(body === undefined ? {} : { body }) }
    const message: RequestMessage = { type: 'request', id, user: 'kubernetes-admin', request }
    this.kernel.command(KUBECTL, { type: 'ask', request: message } as Message)
    const state = (): ClientState => this.kernel.stateOf(KUBECTL) as ClientState
    const deadline = this.kernel.now + seconds(100)
    while (this.kernel.now < deadline) {
      const response = state().responses[id]
      if (response !== undefined) return response
      if (this.kernel.step() === undefined) break
    }
    throw new Error(`${method} ${path} was not answered`)
  }

  /** The same, and it must succeed. */
  ask<T = KubeObject>(method: HttpMethod, path: string, body?: unknown): T {
    const { status, body: answer } = this.call(method, path, body)
    if (status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
    return answer as T
  }

  list<T extends KubeObject>(path: string): readonly T[] {
    return this.ask<KubeList<T>>('GET', path).items
  }

  pods(): readonly Pod[] {
    return this.list<Pod>('/api/v1/pods')
  }

  addNode(name: string, labels: Readonly<Record<string, string>> = {}): void {
    this.kubelets.add(name)
    this.ask('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } })
    this.heartbeat(name)
  }

  stopKubelet(name: string): void {
    this.kubelets.delete(name)
  }

  startKubelet(name: string): void {
    this.kubelets.add(name)
    this.heartbeat(name)
  }

  /** Posts a node's status and renews its Lease, as a kubelet does. */
  private heartbeat(name: string): void {
    const lastHeartbeatTime = formatTime(this.now)
    const condition = (type: string, status: string) => ({
      type,
      status,
      lastHeartbeatTime,
      reason: 'KubeletReady',
    })
    const conditions = [condition('Ready', 'True'), condition('MemoryPressure', 'False')]
    this.ask('PATCH', `/api/v1/nodes/${name}/status`, { status: { conditions } })
    const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
    const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: formatMicroTime(this.now) }
    if (this.call('GET', `${path}/${name}`).status === 200) this.ask('PATCH', `${path}/${name}`, { spec })
    else this.ask('POST', path, { metadata: { name, namespace: 'kube-node-lease' }, spec })
  }

  /** Runs on while kubelets beat, Pods are bound to the first node with a kubelet, become ready, and end when told to. */
  live(howLong: number): void {
    const until = this.now + seconds(howLong)
    let beat = this.now
    while (this.now < until) {
      if (this.now >= beat) {
        for (const name of this.kubelets) this.heartbeat(name)
        beat = this.now + seconds(10)
      }
      for (const pod of this.pods()) this.serve(pod)
      this.runFor(0.5)
    }
  }

  private serve(pod: Pod): void {
    const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`
    const { nodeName } = pod.spec
    if (nodeName === undefined) {
      const target = [...this.kubelets][0]
      const body = { metadata: { name: pod.metadata.name }, target: { kind: 'Node', name: target } }
      if (target !== undefined) this.ask('POST', `${path}/binding`, body)
    } else if (!this.kubelets.has(nodeName)) {
      return
    } else if (pod.metadata.deletionTimestamp !== undefined) {
      this.call('DELETE', path, { gracePeriodSeconds: 0 })
    } else if (pod.status.phase === 'Pending') {
      const lastTransitionTime = formatTime(this.now)
      const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime }]
      const podIP = `10.244.0.${pod.metadata.resourceVersion.slice(-2)}`
      const podIPs = [{ ip: podIP }]
      this.ask('PATCH', `${path}/status`, { status: { phase: 'Running', conditions, podIP, podIPs } })
    }
  }

  node(name: string): Node {
    return this.ask<Node>('GET', `/api/v1/nodes/${name}`)
  }

  trace<Type extends LocalEvent['type']>(type: Type): Extract<RecordedEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<RecordedEvent, { type: Type }> => event.type === type)
  }

  /** What the controllers wrote since `since`, Leases aside: seconds after it, and the request. */
  writes(since = 0): string[] {
    const lines: string[] = []
    for (const event of this.events) {
      if (!isRequest(event) || event.from !== MANAGER || event.at < since) continue
      const { method, path, body } = event.message.request
      if (method === 'GET' || path.includes('/leases')) continue
      lines.push(`${((event.at - since) / 1_000_000).toFixed(1)} ${method} ${path}${reasonOf(body)}`)
    }
    return lines
  }
}

function reasonOf(body: unknown): string {
  const { kind, reason, message } = body as { kind?: string; reason?: string; message?: string }
  return kind === 'Event' ? ` ${reason}: ${message}` : ''
}
