// A small cluster with a Deployment for tests of faults: commands, what is stored, and what was seen on the wire.
import type { Deployment, Event, KubeObject, Node, NodeCondition, Pod } from '../../sim/api/objects.ts'
import type { MemberState } from '../../sim/etcd/member-state.ts'
import { visitLive } from '../../sim/etcd/mvcc/store.ts'
import type { Checkpoint } from '../../sim/kernel/checkpoint.ts'
import { Kernel } from '../../sim/kernel/kernel.ts'
import type { Micros } from '../../sim/kernel/micros.ts'
import type { Delivery, ProcessId } from '../../sim/kernel/process.ts'
import { processId } from '../../sim/kernel/process.ts'
import type { RecordedEvent, TraceEvent } from '../../sim/kernel/trace.ts'
import { isMessage } from '../../sim/kernel/trace.ts'
import type { FaultSpec } from '../../worker/protocol.ts'
import type { BranchWorld } from '../branch.ts'
import { perform } from '../commands.ts'
import { worldFor } from '../world.ts'

const SECOND = 1_000_000
const NODES = 2

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
        readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 5}
`

interface Start {
  readonly world: BranchWorld
  readonly checkpoint: Checkpoint
}

const started = new Map<number, Start>()

/** A cluster on which a Deployment of 4 is available. It is booted once for each size. */
export type Size = 1 | 3

export function startCluster(etcd: Size): TrialCluster {
  const start = started.get(etcd) ?? boot(etcd)
  started.set(etcd, start)
  return new TrialCluster(start)
}

function boot(etcd: Size): Start {
  const world = worldFor({ topology: { controlPlanes: 1, etcd, nodes: NODES }, chapters: [] }, 7)
  const kernel = new Kernel(world.options)
  world.build(kernel)
  kernel.runUntil((20 * SECOND) as Micros)
  perform(kernel, { do: 'kubectl', line: 'apply -f web.yaml', files: { 'web.yaml': WEB } })
  kernel.runUntil((60 * SECOND) as Micros)
  return { world, checkpoint: kernel.checkpoint() }
}

export class TrialCluster {
  readonly kernel: Kernel
  private readonly world: BranchWorld
  private readonly seen: TraceEvent[] = []

  constructor({ world, checkpoint }: Start) {
    this.world = world
    const onEvent = (event: TraceEvent): void => void this.seen.push(event)
    this.kernel = Kernel.restore({ ...world.options, onEvent }, checkpoint)
  }

  process = (id: string): ProcessId => processId(id)

  run(seconds: number): void {
    this.kernel.runUntil((this.kernel.now + seconds * SECOND) as Micros)
  }

  /** Whether it holds within so many seconds; it is looked at each tenth of a second. */
  runUntil(seconds: number, holds: () => boolean): boolean {
    const end = this.kernel.now + seconds * SECOND
    while (!holds()) {
      if (this.kernel.now >= end) return false
      this.run(0.1)
    }
    return true
  }

  kubectl(line: string): number {
    return Number(perform(this.kernel, { do: 'kubectl', line, files: {} }))
  }

  /** What a command prints, all of it. */
  output(line: string): string {
    const command = this.kubectl(line)
    this.runUntil(60, () => this.outputs(command).some(({ exitCode }) => exitCode !== undefined))
    return this.printed(command)
  }

  private outputs(command: number): readonly (RecordedEvent & { type: 'output' })[] {
    const prints = (event: TraceEvent): event is RecordedEvent & { type: 'output' } =>
      event.type === 'output' && 'command' in event && event.command === command
    return this.seen.filter(prints)
  }

  /** What a command has printed until now. */
  printed = (command: number): string =>
    this.outputs(command)
      .map(({ stdout, stderr }) => stdout + stderr)
      .join('')

  /** A user whose command was refused gives it again. */
  createUntilAccepted(deployment: string, replicas: number): void {
    const line = `create deployment ${deployment} --image=registry.k8s.io/pause:3.10 --replicas=${replicas}`
    for (let tries = 0; tries < 10 && !this.output(line).includes('created'); tries++) this.run(5)
  }

  fault(spec: FaultSpec): string {
    return String(perform(this.kernel, { do: 'fault', spec, as: null }))
  }

  /** Ends it, if it has not ended by itself. */
  heal(id: string): void {
    this.kernel.heal(id)
  }

  digestAfterRestore(seconds: number): number {
    const twin = Kernel.restore(this.world.options, this.kernel.checkpoint())
    twin.runUntil((twin.now + seconds * SECOND) as Micros)
    return twin.digest
  }

  digestAfter(seconds: number): number {
    this.run(seconds)
    return this.kernel.digest
  }

  // ── what is stored ────────────────────────────────────────────────────────────────────────────────────────────

  member = (id: string): MemberState => this.kernel.stateOf(processId(id)) as MemberState

  private members(): readonly MemberState[] {
    return this.kernel
      .slots()
      .filter(({ kind, up }) => kind === 'etcd' && up)
      .map(({ state }) => state as MemberState)
  }

  leader(): string {
    return this.members().find(({ raft }) => raft.role === 'leader')?.id ?? ''
  }

  /** The objects under a prefix, as the member has them that has applied the most. */
  private objects<T extends KubeObject>(resource: string): readonly T[] {
    const [newest] = [...this.members()].sort((a, b) => b.store.revision - a.store.revision)
    if (newest === undefined) return []
    const found: T[] = []
    visitLive(newest.store, { key: `/registry/${resource}/`, end: `/registry/${resource}0` }, ({ value }) => {
      found.push(value as T)
      return true
    })
    return found
  }

  pods = (): readonly Pod[] => this.objects<Pod>('pods')
  private node = (name: string): Node | undefined =>
    this.objects<Node>('minions').find(({ metadata }) => metadata.name === name)
  condition = (node: string, type: string): NodeCondition | undefined =>
    this.node(node)?.status.conditions?.find((condition) => condition.type === type)
  taints = (node: string): readonly string[] =>
    (this.node(node)?.spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`)
  /** The messages of the Events with this reason. */
  events = (reason: string): readonly string[] =>
    this.objects<Event>('events')
      .filter((event) => event.reason === reason)
      .map(({ message }) => message ?? '')

  isUp = (id: string): boolean => this.kernel.slotOf(processId(id)).up

  /** Every process runs, every node is Ready and has no taint. */
  isWell(): boolean {
    const nodes = this.objects<Node>('minions')
    return (
      this.kernel.slots().every(({ up }) => up) &&
      nodes.length === NODES &&
      nodes.every(
        ({ metadata: { name }, spec }) =>
          this.condition(name, 'Ready')?.status === 'True' && (spec.taints ?? []).length === 0,
      )
    )
  }

  /** Every member has the same keys and revisions, and is a voter. */
  membersAgree(): boolean {
    const [first, ...others] = this.members()
    return (
      first !== undefined &&
      others.every(
        ({ store, disk }) =>
          disk.joining === undefined &&
          store.revision === first.store.revision &&
          store.live.size === first.store.live.size,
      )
    )
  }

  isAvailable(deployment: string, replicas: number): boolean {
    return this.objects<Deployment>('deployments').some(
      ({ metadata, status }) => metadata.name === deployment && status.availableReplicas === replicas,
    )
  }

  // ── what was seen on the wire ─────────────────────────────────────────────────────────────────────────────────

  private messages = (): readonly Delivery[] => this.seen.filter(isMessage)

  flights = (): readonly { readonly type: string; readonly micros: number }[] =>
    this.messages().map(({ type, sentAt, deliveredAt }) => ({ type, micros: deliveredAt - sentAt }))

  lost = (reason: string): number =>
    this.seen.filter((event) => event.type === 'lost' && 'reason' in event && event.reason === reason).length

  resets = (): number => this.messages().filter(({ type }) => type === 'reset').length + this.redialled()

  /** Connections that were given up locally show in the watches that are opened anew. */
  private redialled = (): number =>
    this.messages().filter(
      ({ message }) =>
        message.type === 'request' &&
        (message as Delivery['message'] & { request: { query: { watch?: string } } }).request.query.watch ===
          'true',
    ).length

  answers = (status: number): number =>
    this.messages().filter(
      ({ message }) =>
        message.type === 'response' &&
        (message as Delivery['message'] & { response: { status: number } }).response.status === status,
    ).length

  /** Messages that were delivered twice. */
  repeated(): number {
    const all = this.messages()
    return all.filter((event, index) => index > 0 && all[index - 1]?.message === event.message).length
  }

  /** Messages that arrive before an earlier one between the same two. */
  overtaking(type: string): number {
    const latest = new Map<string, number>()
    let count = 0
    for (const event of this.messages()) {
      if (event.type !== type) continue
      const pair = `${event.from}~${event.to}`
      const before = latest.get(pair) ?? 0
      if (event.deliveredAt < before) count++
      latest.set(pair, Math.max(before, event.deliveredAt))
    }
    return count
  }

  /** The number of a message between hosts that is on its way now. */
  someMessageInFlight(): string {
    const found = (): Delivery | undefined =>
      this.kernel
        .pending()
        .find(({ from, to, type }) => from !== to && from !== 'kernel' && type === 'request')
    this.runUntil(30, () => found() !== undefined)
    for (let next = found(); next === undefined; next = found()) this.kernel.step()
    return String(found()?.seq)
  }
}

export function nameOfRunningPod(cluster: TrialCluster, prefix: string): string {
  const pod = cluster
    .pods()
    .find(({ metadata, status }) => metadata.name.startsWith(prefix) && status.phase === 'Running')
  return pod?.metadata.name ?? ''
}
