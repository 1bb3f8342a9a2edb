// A whole kernel around one apiserver, for its tests: fake etcd members, and a client that keeps what it is told.
import type { HttpMethod, HttpRequest, HttpResponse, WatchEvent } from '../api/http.ts'
import type { ApiMessage, RequestMessage } from '../api/messages.ts'
import type { KubeObject } from '../api/objects.ts'
import type { KernelOptions } from '../kernel/kernel.ts'
import { Kernel } from '../kernel/kernel.ts'
import type { Network } from '../kernel/machine-room.ts'
import type { Micros } from '../kernel/micros.ts'
import { micros, seconds } from '../kernel/micros.ts'
import type { KernelMessage, Message, ProcessDefinition, ProcessId } from '../kernel/process.ts'
import { hostName, processId } from '../kernel/process.ts'
import type { TraceEvent } from '../kernel/trace.ts'
import type { FakeEtcdOrder } from './fake-etcd.ts'
import { fakeEtcd } from './fake-etcd.ts'
import { apiserver } from './server.ts'
import type { ServerState } from './state.ts'

const SERVER = processId('kube-apiserver-1')

/** Half a millisecond between any two. */
const LINKS: Network = {
  init: () => ({}),
  route: (_state, _from, _to, _type, now) => ({ arrives: true, deliveredAt: (now + 500) as Micros }),
  blocked: () => false,
  pull: () => {},
}

interface ClientState {
  responses: Record<number, HttpResponse>
  events: Record<number, WatchEvent[]>
  ended: Record<number, boolean>
}

type Order =
  | { readonly type: 'ask'; readonly message: RequestMessage }
  | { readonly type: 'drop'; readonly id: number }

const client: ProcessDefinition<ClientState, unknown, ApiMessage | KernelMessage | Order> = {
  kind: 'client',
  init: () => ({ responses: {}, events: {}, ended: {} }),
  handle(state, { message }, context) {
    if (message.type === 'ask') context.send(SERVER, message.message)
    else if (message.type === 'drop') context.send(SERVER, { type: 'cancel', id: message.id } as Message)
    else if (message.type === 'response') state.responses[message.id] = message.response
    else if (message.type === 'watch') {
      const events = state.events[message.id] ?? []
      events.push(message.event)
      state.events[message.id] = events
    } else if (message.type === 'watch-end') state.ended[message.id] = true
  },
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly from?: string
}

export interface Watching {
  readonly id: number
  readonly events: () => readonly WatchEvent[]
  readonly ended: () => boolean
}

export class Trial {
  readonly kernel: Kernel
  readonly options: KernelOptions
  readonly trace: TraceEvent[] = []
  private nextId = 1

  constructor(
    options: {
      readonly members?: number
      readonly seed?: number
      readonly boot?: boolean
      readonly silent?: boolean
      /** What plays etcd, instead of the fake. */
      readonly etcd?: ProcessDefinition
    } = {},
  ) {
    const members = Array.from({ length: options.members ?? 1 }, (_, index) => processId(`etcd-${index + 1}`))
    this.options = {
      definitions: {
        etcd: options.etcd ?? (fakeEtcd as ProcessDefinition),
        'kube-apiserver': apiserver as ProcessDefinition,
        client: client as ProcessDefinition,
      },
      network: LINKS,
      seed: options.seed ?? 1,
      ...(options.silent === true ? {} : { onEvent: (event: TraceEvent) => this.trace.push(event) }),
    }
    this.kernel = new Kernel(this.options)
    for (const host of ['control-plane-1', 'laptop', ...members]) this.kernel.addHost(hostName(host), 'host')
    for (const member of members) this.kernel.spawn(member, 'etcd', hostName(member), { id: member, members })
    this.kernel.spawn(SERVER, 'kube-apiserver', hostName('control-plane-1'), { etcd: members })
    for (const name of ['kubectl', 'kubelet'])
      this.kernel.spawn(processId(name), 'client', hostName('laptop'), {})
    // Real members elect a leader first.
    if (options.boot !== false) this.boot(options.etcd === undefined ? 0.5 : 5)
  }

  /** Until the system namespaces exist, and the default service account that a controller would make. */
  private boot(virtualSeconds: number): void {
    this.advance(virtualSeconds)
    this.call('POST', '/api/v1/namespaces/default/serviceaccounts', {
      body: { metadata: { name: 'default' } },
    })
  }

  get server(): ServerState {
    return this.kernel.stateOf(SERVER) as ServerState
  }

  advance(virtualSeconds: number): void {
    this.kernel.runUntil(micros(this.kernel.now + seconds(virtualSeconds)))
  }

  /** Sends a request and returns its number at once. */
  send(method: HttpMethod, path: string, options: CallOptions = {}): number {
    const id = this.nextId++
    const { query = {}, headers = { 'content-type': 'application/json' }, body, from = 'kubectl' } = options
    const request: HttpRequest = { method, path, query, headers, body }
    const message: RequestMessage = { type: 'request', id, user: 'admin', request }
    this.kernel.command(processId(from), { type: 'ask', message } as Message)
    return id
  }

  /** Sends a request and runs until it is answered, or for 100 s. */
  call(method: HttpMethod, path: string, options: CallOptions = {}): HttpResponse {
    const id = this.send(method, path, options)
    const from = options.from ?? 'kubectl'
    const deadline = this.kernel.now + seconds(100)
    while (this.kernel.now < deadline) {
      const response = this.response(id, from)
      if (response !== undefined) return response
      if (this.kernel.step() === undefined) break
    }
    throw new Error(`${method} ${path} was not answered`)
  }

  response(id: number, from = 'kubectl'): HttpResponse | undefined {
    return this.clientState(from).responses[id]
  }

  watch(
    path: string,
    query: Readonly<Record<string, string>> = {},
    from = 'kubectl',
    headers: Readonly<Record<string, string>> = {},
  ): Watching {
    const id = this.send('GET', path, { query: { watch: 'true', ...query }, from, headers })
    this.advance(0.1)
    return {
      id,
      events: () => this.clientState(from).events[id] ?? [],
      ended: () => this.clientState(from).ended[id] === true,
    }
  }

  cancel(watching: Watching, from = 'kubectl'): void {
    this.kernel.command(processId(from), { type: 'drop', id: watching.id } as Message)
    this.advance(0.1)
  }

  order(member: string, order: FakeEtcdOrder): void {
    this.kernel.command(processId(member), order)
    this.kernel.step()
  }

  crash(process: string, restartAfterSeconds?: number): void {
    const restart =
      restartAfterSeconds === undefined ? {} : { restartAfterMicros: seconds(restartAfterSeconds) }
    this.kernel.inject(
      'crash',
      process,
      [{ lever: 'crash', process: processId(process), reason: 'killed', ...restart }],
      [],
      null,
    )
  }

  private clientState(from: string): ClientState {
    return this.kernel.stateOf(processId(from) as ProcessId) as ClientState
  }
}

/** The body of an answer as an object of the API. */
export function objectIn<T extends KubeObject>(response: HttpResponse): T {
  return response.body as T
}

export function makePod(
  name: string,
  change: Readonly<Record<string, unknown>> = {},
  labels: Readonly<Record<string, string>> = {},
): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { containers: [{ name: 'web', image: 'nginx:1.27' }], ...change },
  }
}
