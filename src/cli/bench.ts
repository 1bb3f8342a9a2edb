// `vitrine bench`: what the simulator costs. The figures are medians of several runs in one process, since the first run
// pays for the engine's compiling; what that one took is told beside them.
import { apiQpsFor, MANY_NODES } from '../session/scale.ts'
import type { Failure, Load, Run, Steady } from './bench-cluster.ts'
import { median, runLoad } from './bench-cluster.ts'
import type { Command } from './command.ts'
import { readArguments, readDuration, readInteger, UsageError } from './command.ts'
import type { Terminal } from './terminal.ts'

/** The public shape of `vitrine bench --json`. The figures are of the time from `kubectl create` to the last ready Pod. */
interface Measurement {
  readonly nodes: number
  readonly pods: number
  readonly deployments: number
  /** Null: the components' own defaults. */
  readonly apiQps: number | null
  readonly runs: number
  readonly wallSeconds: number
  readonly cpuSeconds: number
  readonly cpuMsPerPod: number
  /** Of the first run alone, in which the engine compiles. */
  readonly firstCpuMsPerPod: number
  readonly peakRssMiB: number
  readonly deliveries: number
  readonly virtualSeconds: number
  /** The cluster at rest afterwards; null where it was not asked for. */
  readonly steady: Steady | null
}

const PODS_PER_NODE = 110
/** A larger Deployment is told as several, as real clusters of that size have them. */
const PODS_OF_A_LONE_DEPLOYMENT = 5_000
const PODS_OF_ONE_OF_MANY = 100
/** Of more Pods one run is long enough for compiling not to matter. */
const PODS_OF_SEVERAL_RUNS = 10_000
const RUNS = 5
/**
 * The scheduler binds half as many Pods a second: each takes a binding and an Event. A thousand a second is what the
 * largest real clusters sustain.
 */
const QPS_OF_MANY_NODES = 2_000

export const bench: Command = {
  name: 'bench',
  summary: 'measures what the simulator costs',
  help: `Usage: vitrine bench [OPTIONS]

Creates Deployments on a simulated cluster with three etcd members and measures until the last Pod is ready. Figures are
medians of the runs; the first one's CPU time, in which the engine compiles, is told beside them.

  --nodes N         nodes of the cluster (default 100)
  --pods N          replicas in all (default 1000); at most ${PODS_PER_NODE} a node
  --deployments N   Deployments that share them (default 1; beyond ${PODS_OF_A_LONE_DEPLOYMENT} Pods one for each ${PODS_OF_ONE_OF_MANY})
  --api-qps N       --kube-api-qps and --kube-api-burst of kube-controller-manager and kube-scheduler (default: their
                    own; beyond ${MANY_NODES} nodes ${QPS_OF_MANY_NODES})
  --runs N          how many runs (default ${RUNS}; beyond ${PODS_OF_SEVERAL_RUNS} Pods 1)
  --steady D        watches the cluster at rest afterwards for so much virtual time, and takes checkpoints
  --json            prints one line of JSON

Exit code: 0 every Pod became ready, 1 some did not, 2 the command line is wrong.`,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      nodes: { type: 'string', default: '100' },
      pods: { type: 'string', default: '1000' },
      deployments: { type: 'string' },
      'api-qps': { type: 'string' },
      runs: { type: 'string' },
      steady: { type: 'string' },
      json: { type: 'boolean' },
    })
    if (positionals.length > 0) throw new UsageError(`unexpected "${positionals.join(' ')}"`)
    const nodes = readInteger('--nodes', values.nodes, 1, 5_000)
    const pods = readInteger('--pods', values.pods, 1, 150_000)
    if (pods > nodes * PODS_PER_NODE)
      throw new UsageError(`${pods} pods do not fit on ${nodes} nodes: at most ${PODS_PER_NODE} a node`)
    const deployments = values.deployments ?? String(deploymentsFor(pods))
    const runs = values.runs ?? String(pods > PODS_OF_SEVERAL_RUNS ? 1 : RUNS)
    const qps = values['api-qps']
    const load: Load = {
      nodes,
      pods,
      deployments: readInteger('--deployments', deployments, 1, Math.min(pods, 5_000)),
      apiQps: qps === undefined ? defaultQps(nodes) : readInteger('--api-qps', qps, 1, 100_000),
      steadyMicros: values.steady === undefined ? 0 : readDuration('--steady', values.steady),
    }
    const measured = measure(load, readInteger('--runs', runs, 1, 100), terminal)
    if ('failure' in measured) {
      terminal.complain(`vitrine bench: ${measured.failure}`)
      return 1
    }
    terminal.print(values.json === true ? JSON.stringify(measured) : report(measured))
    return 0
  },
}

const deploymentsFor = (pods: number): number =>
  pods > PODS_OF_A_LONE_DEPLOYMENT ? Math.ceil(pods / PODS_OF_ONE_OF_MANY) : 1

const defaultQps = (nodes: number): number | undefined =>
  apiQpsFor(nodes).apiQps === undefined ? undefined : QPS_OF_MANY_NODES

function measure(load: Load, count: number, terminal: Terminal): Measurement | Failure {
  const runs: Run[] = []
  for (let number = 1; number <= count; number++) {
    const which = count > 1 ? `run ${number} of ${count}: ` : ''
    const run = runLoad(load, (text) => terminal.progress(which + text))
    terminal.progress('')
    if ('failure' in run) return run
    runs.push(run)
  }
  const middle = (figure: (run: Run) => number): number => median(runs.map(figure))
  const { nodes, pods, deployments, apiQps } = load
  return {
    nodes,
    pods,
    deployments,
    apiQps: apiQps ?? null,
    runs: count,
    wallSeconds: rounded(middle((run) => run.wallSeconds)),
    cpuSeconds: rounded(middle((run) => run.cpuSeconds)),
    cpuMsPerPod: rounded((middle((run) => run.cpuSeconds) * 1000) / pods),
    firstCpuMsPerPod: rounded(((runs[0]?.cpuSeconds ?? 0) * 1000) / pods),
    peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    deliveries: middle((run) => run.deliveries),
    virtualSeconds: rounded(middle((run) => run.virtualSeconds)),
    steady: steadyOf(runs),
  }
}

function steadyOf(runs: readonly Run[]): Steady | null {
  const all = runs.flatMap(({ steady }) => (steady === undefined ? [] : [steady]))
  if (all.length === 0) return null
  const middle = (figure: keyof Steady): number => rounded(median(all.map((steady) => steady[figure])))
  return {
    virtualSeconds: middle('virtualSeconds'),
    wallSeconds: middle('wallSeconds'),
    timesRealTime: middle('timesRealTime'),
    deliveries: middle('deliveries'),
    checkpointMs: middle('checkpointMs'),
  }
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000

function report(measured: Measurement): string {
  const { pods, nodes, deployments, runs, steady } = measured
  const lines = [
    `${pods} pods of ${deployments} Deployment${deployments === 1 ? '' : 's'} on ${nodes} nodes ready after ${measured.virtualSeconds} s of virtual time`,
    `  ${measured.wallSeconds} s wall, ${measured.cpuSeconds} s CPU (${measured.cpuMsPerPod} ms a pod; ${measured.firstCpuMsPerPod} ms in the first of ${runs} run${runs === 1 ? '' : 's'}), ${measured.peakRssMiB} MiB at most`,
    `  ${measured.deliveries} deliveries`,
  ]
  if (steady !== null)
    lines.push(
      `  at rest: ${steady.virtualSeconds} s in ${steady.wallSeconds} s (${steady.timesRealTime} × real time), ${steady.deliveries} deliveries; a checkpoint takes ${steady.checkpointMs} ms`,
    )
  return lines.join('\n')
}
