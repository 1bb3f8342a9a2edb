// Every fault of the catalogue strikes a small cluster: what it states happens, a restore in the middle of it changes
// nothing that follows, and once it is healed the cluster is well again within a stated time.
import { expect, test } from 'vitest'
import { faults } from '../sim/faults/index.ts'
import { loadLateParts } from './load-late-parts.ts'
import type { Size, TrialCluster } from './testing/trial-cluster.ts'
import { nameOfRunningPod, startCluster } from './testing/trial-cluster.ts'

await loadLateParts()

interface Case {
  readonly fault: string
  /** Sizes of etcd to try it on; both where it is absent. */
  readonly etcd?: readonly Size[]
  readonly target: string | ((cluster: TrialCluster) => string)
  readonly parameters?: Readonly<Record<string, unknown>>
  /** What makes the effect show. */
  readonly provoke?: (cluster: TrialCluster) => void
  /** Whether the stated effect is there. It has to come within `shows` seconds (60). */
  readonly effect: (cluster: TrialCluster) => boolean
  readonly shows?: number
  /** Seconds after healing in which all nodes are Ready and a new Deployment becomes available (120). */
  readonly recovers?: number
}

const deploy = (cluster: TrialCluster): void => {
  cluster.kubectl(
    'create deployment during --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --replicas=4',
  )
}
/** Long enough for a scheduler that works. */
const waitForPods = (cluster: TrialCluster): void => {
  deploy(cluster)
  cluster.run(15)
}
const unscheduled = (cluster: TrialCluster): number =>
  cluster.pods().filter(({ spec }) => spec.nodeName === undefined).length
const reasons = (cluster: TrialCluster): readonly string[] =>
  cluster
    .pods()
    .flatMap(({ status }) =>
      (status.containerStatuses ?? []).map(({ state }) => state?.waiting?.reason ?? ''),
    )
const ready = (cluster: TrialCluster, node: string): string | undefined =>
  cluster.condition(node, 'Ready')?.status
const onPods = (name: string) => (cluster: TrialCluster) =>
  cluster.pods().filter((pod) => pod.metadata.name.startsWith(name))
const web = onPods('web-')
const terminated = (cluster: TrialCluster) =>
  web(cluster).flatMap(({ status }) =>
    (status.containerStatuses ?? []).map(({ lastState }) => lastState?.terminated),
  )

const cases: readonly Case[] = [
  { fault: 'host-down', target: 'node-1', effect: (c) => ready(c, 'node-1') === 'Unknown' },
  {
    fault: 'process-down',
    target: 'kube-scheduler-1',
    provoke: waitForPods,
    effect: (c) => !c.isUp('kube-scheduler-1') && unscheduled(c) === 4,
  },
  {
    fault: 'process-crash',
    target: 'etcd-1',
    parameters: { restartSeconds: 4 },
    // The supervisor raises it without anybody's help, from what it had on disk.
    provoke: (c) => c.run(3.9),
    effect: (c) =>
      !c.isUp('etcd-1') && c.runUntil(0.2, () => c.isUp('etcd-1')) && c.kernel.faults.length === 0,
  },
  {
    fault: 'process-frozen',
    target: 'kube-scheduler-1',
    provoke: waitForPods,
    effect: (c) => c.isUp('kube-scheduler-1') && unscheduled(c) === 4,
  },
  {
    fault: 'process-slow',
    target: 'kube-controller-manager-1',
    parameters: { milliseconds: 300 },
    provoke: deploy,
    effect: (c) => c.kernel.slotOf(c.process('kube-controller-manager-1')).held.length > 4,
  },
  { fault: 'partition', target: 'node-1', effect: (c) => ready(c, 'node-1') === 'Unknown', shows: 120 },
  {
    fault: 'latency',
    target: 'control-plane-1~etcd-1',
    parameters: { milliseconds: 700 },
    effect: (c) => c.flights().some(({ type, micros }) => type.startsWith('etcd-') && micros > 700_000),
  },
  {
    fault: 'packet-loss',
    target: 'node-1',
    parameters: { percent: 40 },
    effect: (c) => c.flights().some(({ micros }) => micros > 200_000),
  },
  {
    fault: 'packet-loss',
    etcd: [3],
    target: 'etcd-1~etcd-2,etcd-3',
    parameters: { percent: 60 },
    effect: (c) => c.lost('dropped') > 10,
  },
  {
    fault: 'message-duplication',
    etcd: [3],
    target: 'etcd-1~etcd-2',
    effect: (c) => c.repeated() > 5,
  },
  {
    fault: 'message-reordering',
    etcd: [3],
    target: 'etcd-1,etcd-2,etcd-3~*',
    parameters: { milliseconds: 400 },
    effect: (c) => c.overtaking('raft') > 5,
  },
  { fault: 'connections-cut', target: 'control-plane-1~node-1', effect: (c) => c.resets() > 0 },
  {
    fault: 'message-dropped',
    target: (c) => c.someMessageInFlight(),
    effect: (c) => c.lost('dropped') === 1,
  },
  {
    fault: 'watch-event-lost',
    target: 'kube-scheduler-1',
    parameters: { kind: 'Pod' },
    provoke: (c) => {
      c.kubectl('run unseen --image=registry.k8s.io/pause:3.10')
      c.run(20)
    },
    effect: (c) => onPods('unseen')(c)[0]?.spec.nodeName === undefined && c.lost('dropped') === 1,
  },
  {
    fault: 'disk-slow',
    etcd: [1],
    target: 'etcd-1',
    parameters: { milliseconds: 900 },
    // No majority without this disk, so a write takes as long as the disk does.
    effect: (c) => {
      const before = c.kernel.now
      return (
        c.output('create configmap slow --from-literal=a=b').includes('created') &&
        c.kernel.now - before > 900_000
      )
    },
  },
  {
    fault: 'disk-slow',
    etcd: [3],
    target: 'etcd-1',
    parameters: { milliseconds: 900 },
    effect: (c) => c.member('etcd-1').flush !== null,
  },
  {
    fault: 'disk-full',
    target: 'etcd-1',
    provoke: (c) => c.run(3),
    effect: (c) =>
      c
        .output('create configmap probe --from-literal=a=b')
        .includes('etcdserver: mvcc: database space exceeded'),
  },
  { fault: 'disk-lost', etcd: [3], target: 'etcd-1', effect: (c) => !c.isUp('etcd-1') },
  { fault: 'disk-lost', etcd: [3], target: (c) => c.leader(), effect: (c) => c.leader() !== '' },
  {
    fault: 'clock-skew',
    target: 'node-1',
    parameters: { seconds: -300 },
    effect: (c) => ready(c, 'node-1') === 'Unknown',
  },
  {
    fault: 'clock-skew',
    target: 'control-plane-1',
    parameters: { seconds: 3_600 },
    effect: (c) => c.output('get pods').includes('61m') || c.output('get pods').includes('60m'),
  },
  {
    fault: 'image-pull-failing',
    target: 'node-1',
    provoke: deploy,
    effect: (c) => reasons(c).includes('ImagePullBackOff'),
  },
  {
    fault: 'image-pull-slow',
    target: 'node-1',
    parameters: { factor: 60 },
    provoke: (c) => {
      deploy(c)
      c.run(15)
    },
    effect: (c) => onPods('during')(c).some(({ status }) => status.phase === 'Pending'),
  },
  {
    fault: 'cni-failing',
    target: 'node-1',
    provoke: deploy,
    effect: (c) =>
      c.events('FailedCreatePodSandBox').some((text) => text.includes('failed to setup network')),
  },
  {
    fault: 'container-crash',
    target: (c) => `default/${nameOfRunningPod(c, 'web-')}`,
    parameters: { exitCode: 3 },
    effect: (c) => terminated(c).some((end) => end?.exitCode === 3 && end.reason === 'Error'),
  },
  {
    fault: 'container-oom',
    target: (c) => `default/${nameOfRunningPod(c, 'web-')}`,
    effect: (c) => terminated(c).some((end) => end?.exitCode === 137 && end.reason === 'OOMKilled'),
  },
  {
    fault: 'probe-failing',
    target: (c) => `default/${nameOfRunningPod(c, 'web-')}`,
    parameters: { probe: 'readiness' },
    effect: (c) =>
      c.events('Unhealthy').includes('Readiness probe failed: HTTP probe failed with statuscode: 500') &&
      web(c).some(({ status }) => status.containerStatuses?.some((container) => !container.ready)),
  },
  {
    fault: 'node-memory-pressure',
    target: 'node-1',
    effect: (c) =>
      c.condition('node-1', 'MemoryPressure')?.reason === 'KubeletHasInsufficientMemory' &&
      c.taints('node-1').includes('node.kubernetes.io/memory-pressure:NoSchedule') &&
      c.pods().some(({ status }) => status.reason === 'Evicted' && status.phase === 'Failed'),
    recovers: 420,
  },
  {
    fault: 'node-disk-pressure',
    target: 'node-1',
    effect: (c) =>
      c.condition('node-1', 'DiskPressure')?.reason === 'KubeletHasDiskPressure' &&
      c.taints('node-1').includes('node.kubernetes.io/disk-pressure:NoSchedule') &&
      c.pods().some(({ status }) => status.message?.includes('low on resource: ephemeral-storage')),
    recovers: 420,
  },
  {
    fault: 'apiserver-overload',
    target: 'kube-apiserver-1',
    provoke: deploy,
    effect: (c) => c.answers(429) > 0,
  },
  {
    fault: 'certificate-expired',
    target: 'node-1',
    effect: (c) => c.answers(401) > 0 && ready(c, 'node-1') === 'Unknown',
  },
  {
    fault: 'certificate-expired',
    target: 'kube-controller-manager-1',
    effect: (c) => c.answers(401) > 0,
  },
]

test('every fault of the catalogue has a case', () => {
  expect([...new Set(cases.map(({ fault }) => fault))].sort()).toEqual([...faults.keys()].sort())
})

const runs = cases.flatMap((each) =>
  (each.etcd ?? ([1, 3] as const)).map((etcd) => [each.fault, etcd, each] as const),
)

test.each(runs)(
  '%s, etcd of %i: strikes, is restored in the middle, heals',
  { timeout: 60_000 },
  (_f, etcd, c) => {
    const cluster = startCluster(etcd)
    const target = typeof c.target === 'string' ? c.target : c.target(cluster)
    const id = cluster.fault({ fault: c.fault, target, ...c.parameters })
    c.provoke?.(cluster)
    expect(
      cluster.runUntil(c.shows ?? 60, () => c.effect(cluster)),
      'the effect shows',
    ).toBe(true)
    expect(cluster.digestAfterRestore(10)).toBe(cluster.digestAfter(10))
    cluster.heal(id)
    expect(
      cluster.runUntil(c.recovers ?? 120, () => cluster.isWell()),
      'all nodes are Ready',
    ).toBe(true)
    cluster.createUntilAccepted('after', 2)
    expect(
      cluster.runUntil(c.recovers ?? 120, () => cluster.isAvailable('after', 2)),
      'a new Deployment becomes available',
    ).toBe(true)
    expect(
      cluster.runUntil(10, () => cluster.membersAgree()),
      'all members hold the same',
    ).toBe(true)
  },
)
