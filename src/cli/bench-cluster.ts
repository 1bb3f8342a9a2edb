// One measured run of `vitrine bench`: a cluster comes up, Deployments are created, and the clock of the machine runs
// until the last of their Pods is ready. Nothing is recorded meanwhile: this measures the simulation, not its views.
import { worldFor } from '../session/world.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import { micros } from '../sim/kernel/micros.ts'
import { processId } from '../sim/kernel/process.ts'
import type { LocalEvent, TraceEvent } from '../sim/kernel/trace.ts'

export interface Load {
  readonly nodes: number
  readonly pods: number
  readonly deployments: number
  /** How many requests a second each controller and the scheduler may make; their own defaults when absent. */
  readonly apiQps: number | undefined
  /** How long the cluster is watched at rest afterwards, in microseconds of virtual time; 0: not at all. */
  readonly steadyMicros: number
}

/** What a run took, from `kubectl create` to the last ready Pod, and at rest after that. */
export interface Run {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly deliveries: number
  readonly virtualSeconds: number
  readonly steady: Steady | undefined
}

export interface Steady {
  readonly virtualSeconds: number
  readonly wallSeconds: number
  readonly timesRealTime: number
  readonly deliveries: number
  readonly checkpointMs: number
}

const SEED = 1
/** Nodes that are not ready, or Pods that are not, after so much virtual time never will be. */
const GIVE_UP_MICROS = 4 * 3_600_000_000
const NOT_READY: Failure = {
  failure: `not every Pod became ready within ${GIVE_UP_MICROS / 3_600_000_000} h`,
}
const STEPS_BETWEEN_REPORTS = 20_000
/** Until the Events, statuses and replies that follow the last Pod's start are through. */
const SETTLE_MICROS = 20_000_000
const CHECKPOINTS = 20
const STEPS_BETWEEN_CHECKPOINTS = 2_000
/** Whether Pods are ready can be seen from what is stored; but for that, only what kubectl prints is read. */
const UNREAD: ReadonlySet<LocalEvent['type']> = new Set([
  'phase',
  'raft-state',
  'raft-entry',
  'reconcile',
  'schedule',
  'runtime',
  'network',
  'packet',
  'leadership',
  'note',
])

/** Why there is nothing to measure. */
export interface Failure {
  readonly failure: string
}

export function runLoad(load: Load, progress: (text: string) => void): Run | Failure {
  const { nodes, pods, apiQps } = load
  const readyNodes = new Set<string>()
  const readyPods = new Set<string>()
  let complaint = ''
  const topology = { controlPlanes: 1, etcd: 3, nodes, ...(apiQps === undefined ? {} : { apiQps }) }
  const world = worldFor({ topology, chapters: [] }, SEED)
  const kernel = new Kernel({
    ...world.options,
    unread: UNREAD,
    digests: false,
    onEvent: (event) => {
      if (event.type === 'output' && 'stderr' in event) complaint += event.stderr
      noteReady(event, readyNodes, readyPods)
    },
  })
  world.build(kernel)
  const report = (): void =>
    progress(
      `${readyNodes.size}/${nodes} nodes, ${readyPods.size}/${pods} pods ready, ${Math.round(kernel.now / 1e6)} s of virtual time`,
    )
  if (!stepUntil(kernel, () => readyNodes.size >= nodes, report)) return NOT_READY
  kernel.runUntil(micros(kernel.now + 5_000_000))
  const start = {
    wall: performance.now(),
    cpu: process.cpuUsage(),
    delivered: kernel.delivered,
    at: kernel.now,
  }
  const files = { 'bench.yaml': manifest(load) }
  const command = { type: 'kubectl', line: 'create -f bench.yaml', files }
  kernel.command(processId('kubectl'), command)
  if (!stepUntil(kernel, () => readyPods.size >= pods || complaint !== '', report)) return NOT_READY
  if (complaint !== '') return { failure: complaint.trim() }
  const cpu = process.cpuUsage(start.cpu)
  return {
    wallSeconds: (performance.now() - start.wall) / 1000,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    deliveries: kernel.delivered - start.delivered,
    virtualSeconds: (kernel.now - start.at) / 1e6,
    steady: load.steadyMicros > 0 ? measureSteady(kernel, load.steadyMicros) : undefined,
  }
}

/** A cluster that has nothing to do but heartbeats, and what a checkpoint of it takes. */
function measureSteady(kernel: Kernel, steadyMicros: number): Steady {
  kernel.runUntil(micros(kernel.now + SETTLE_MICROS))
  const before = kernel.delivered
  const started = performance.now()
  kernel.runUntil(micros(kernel.now + steadyMicros))
  const wallSeconds = (performance.now() - started) / 1000
  const deliveries = kernel.delivered - before
  const lengths: number[] = []
  for (let taken = 0; taken < CHECKPOINTS; taken++) {
    for (let step = 0; step < STEPS_BETWEEN_CHECKPOINTS; step++) kernel.step()
    const begun = performance.now()
    kernel.checkpoint()
    lengths.push(performance.now() - begun)
  }
  const virtualSeconds = steadyMicros / 1e6
  return {
    virtualSeconds,
    wallSeconds,
    timesRealTime: virtualSeconds / wallSeconds,
    deliveries,
    checkpointMs: median(lengths),
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

function stepUntil(kernel: Kernel, done: () => boolean, report: () => void): boolean {
  const limit = kernel.now + GIVE_UP_MICROS
  for (let steps = 0; !done(); steps++) {
    if (kernel.now > limit || kernel.step() === undefined) return false
    if (steps % STEPS_BETWEEN_REPORTS === 0) report()
  }
  return true
}

interface Conditioned {
  readonly metadata?: { readonly name?: string }
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] }
}

function noteReady(event: TraceEvent, readyNodes: Set<string>, readyPods: Set<string>): void {
  if (event.type !== 'storage' || !('key' in event)) return
  const isNode = event.key.startsWith('/registry/minions/')
  if (!isNode && !event.key.startsWith('/registry/pods/')) return
  const { metadata, status } = (event.object ?? {}) as Conditioned
  const ready = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true
  if (ready && metadata?.name !== undefined) (isNode ? readyNodes : readyPods).add(metadata.name)
}

/** As many Deployments as asked for, which share the Pods as evenly as can be. */
function manifest({ pods, deployments }: Load): string {
  const share = (index: number): number =>
    Math.floor(((index + 1) * pods) / deployments) - Math.floor((index * pods) / deployments)
  return Array.from({ length: deployments }, (_, index) =>
    deployment(deployments === 1 ? 'bench' : `bench-${index + 1}`, share(index)),
  ).join('---\n')
}

const deployment = (name: string, replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      containers:
        - name: web
          image: nginx:1.29
`
