// `vitrine bench`: what the simulator costs. A cluster comes up, a Deployment is created, and the clock of the machine
// runs until the last of its Pods is ready. Nothing is recorded meanwhile: this measures the simulation, not its views.
import { apiQpsFor, MANY_NODES, QPS_OF_MANY_NODES } from '../session/scale.ts'
import { worldFor } from '../session/world.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import { micros } from '../sim/kernel/micros.ts'
import { processId } from '../sim/kernel/process.ts'
import type { LocalEvent, TraceEvent } from '../sim/kernel/trace.ts'
import type { Command } from './command.ts'
import { readArguments, readInteger, UsageError } from './command.ts'
import type { Terminal } from './terminal.ts'

/** The public shape of `vitrine bench --json`. The figures are of the time from `kubectl create` to the last ready Pod. */
interface Measurement {
  readonly nodes: number
  readonly pods: number
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly cpuMsPerPod: number
  readonly peakRssMiB: number
  readonly deliveries: number
  readonly virtualSeconds: number
}

const PODS_PER_NODE = 110
const SEED = 1
/** Nodes that are not ready, or Pods that are not, after so much virtual time never will be. */
const GIVE_UP_MICROS = 4 * 3_600_000_000
const STEPS_BETWEEN_REPORTS = 20_000
/** Whether Pods are ready can be seen from what is stored; nothing else is read. */
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
  'output',
  'note',
])

export const bench: Command = {
  name: 'bench',
  summary: 'measures what the simulator costs',
  help: `Usage: vitrine bench [OPTIONS]

Creates a Deployment on a simulated cluster and measures until its last Pod is ready. Beyond ${MANY_NODES} nodes
kube-controller-manager and kube-scheduler have --kube-api-qps=${QPS_OF_MANY_NODES}, as large clusters do.

  --nodes N   nodes of the cluster (default 100)
  --pods N    replicas of the Deployment (default 1000); at most ${PODS_PER_NODE} a node
  --json      prints one line of JSON

Exit code: 0 every Pod became ready, 1 some did not, 2 the command line is wrong.`,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      nodes: { type: 'string', default: '100' },
      pods: { type: 'string', default: '1000' },
      json: { type: 'boolean' },
    })
    if (positionals.length > 0) throw new UsageError(`unexpected "${positionals.join(' ')}"`)
    const nodes = readInteger('--nodes', values.nodes, 1, 5_000)
    const pods = readInteger('--pods', values.pods, 1, 150_000)
    if (pods > nodes * PODS_PER_NODE)
      throw new UsageError(`${pods} pods do not fit on ${nodes} nodes: at most ${PODS_PER_NODE} a node`)
    const measured = measure(nodes, pods, terminal)
    if (measured === undefined) {
      terminal.complain(
        `vitrine bench: not every Pod became ready within ${GIVE_UP_MICROS / 3_600_000_000} h`,
      )
      return 1
    }
    terminal.print(values.json === true ? JSON.stringify(measured) : report(measured))
    return 0
  },
}

function measure(nodes: number, pods: number, terminal: Terminal): Measurement | undefined {
  const readyNodes = new Set<string>()
  const readyPods = new Set<string>()
  const topology = { controlPlanes: 1, etcd: 3, nodes, ...apiQpsFor(nodes) }
  const world = worldFor({ topology, chapters: [] }, SEED)
  const kernel = new Kernel({
    ...world.options,
    unread: UNREAD,
    digests: false,
    onEvent: (event) => noteReady(event, readyNodes, readyPods),
  })
  world.build(kernel)
  const progress = (): void =>
    terminal.progress(
      `${readyNodes.size}/${nodes} nodes, ${readyPods.size}/${pods} pods ready, ${Math.round(kernel.now / 1e6)} s of virtual time`,
    )
  if (!stepUntil(kernel, () => readyNodes.size >= nodes, progress)) return undefined
  kernel.runUntil(micros(kernel.now + 5_000_000))
  const start = {
    wall: performance.now(),
    cpu: process.cpuUsage(),
    delivered: kernel.delivered,
    at: kernel.now,
  }
  const command = { type: 'kubectl', line: 'create -f bench.yaml', files: { 'bench.yaml': deployment(pods) } }
  kernel.command(processId('kubectl'), command)
  if (!stepUntil(kernel, () => readyPods.size >= pods, progress)) return undefined
  const cpu = process.cpuUsage(start.cpu)
  const cpuSeconds = (cpu.user + cpu.system) / 1e6
  terminal.progress('')
  return {
    nodes,
    pods,
    wallSeconds: rounded((performance.now() - start.wall) / 1000),
    cpuSeconds: rounded(cpuSeconds),
    cpuMsPerPod: rounded((cpuSeconds * 1000) / pods),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    deliveries: kernel.delivered - start.delivered,
    virtualSeconds: rounded((kernel.now - start.at) / 1e6),
  }
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000

function stepUntil(kernel: Kernel, done: () => boolean, progress: () => void): boolean {
  const limit = kernel.now + GIVE_UP_MICROS
  for (let steps = 0; !done(); steps++) {
    if (kernel.now > limit || kernel.step() === undefined) return false
    if (steps % STEPS_BETWEEN_REPORTS === 0) progress()
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

const deployment = (replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: bench
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: bench
  template:
    metadata:
      labels:
        app: bench
    spec:
      containers:
        - name: web
          image: nginx:1.29
`

const report = (measured: Measurement): string =>
  [
    `${measured.pods} pods on ${measured.nodes} nodes ready after ${measured.virtualSeconds} s of virtual time`,
    `  ${measured.wallSeconds} s wall, ${measured.cpuSeconds} s CPU (${measured.cpuMsPerPod} ms a pod), ${measured.peakRssMiB} MiB at most`,
    `  ${measured.deliveries} deliveries`,
  ].join('\n')
