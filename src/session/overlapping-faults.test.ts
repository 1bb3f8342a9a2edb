// Two faults at once: healing one leaves what the other does as it is, in either order, and healing both mends everything.
import { expect, test } from 'vitest'
import { loadLateParts } from './load-late-parts.ts'
import type { TrialCluster } from './testing/trial-cluster.ts'
import { nameOfRunningPod, startCluster } from './testing/trial-cluster.ts'

await loadLateParts()

interface Strike {
  readonly fault: string
  readonly target: string | ((cluster: TrialCluster) => string)
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Whether it still holds. */
  readonly holds: (cluster: TrialCluster) => boolean
}

const impaired =
  (process: string, name: string, value?: number | string) =>
  (cluster: TrialCluster): boolean => {
    const found = cluster.kernel
      .slotOf(cluster.process(process))
      .impairments.findLast((each) => each.name === name)
    return found !== undefined && (value === undefined || found.value === value)
  }
const isDown = (process: string) => (cluster: TrialCluster) => !cluster.isUp(process)
const isFrozen = (process: string) => (cluster: TrialCluster) =>
  cluster.kernel.slotOf(cluster.process(process)).frozen
const isBlocked = (from: string, to: string) => (cluster: TrialCluster) =>
  cluster.kernel.network.blocked(
    cluster.kernel.networkState,
    cluster.kernel.slotOf(cluster.process(from)).host,
    cluster.kernel.slotOf(cluster.process(to)).host,
  )

const hostDown: Strike = { fault: 'host-down', target: 'node-1', holds: isDown('node-1/kubelet') }
const kubeletDown: Strike = {
  fault: 'process-down',
  target: 'node-1/kubelet',
  holds: isDown('node-1/kubelet'),
}
const schedulerFrozen: Strike = {
  fault: 'process-frozen',
  target: 'kube-scheduler-1',
  holds: isFrozen('kube-scheduler-1'),
}
const schedulerSlow: Strike = {
  fault: 'process-slow',
  target: 'kube-scheduler-1',
  holds: impaired('kube-scheduler-1', 'slow'),
}
const nodeCut: Strike = {
  fault: 'partition',
  target: 'node-1',
  holds: isBlocked('node-1/kubelet', 'kube-apiserver-1'),
}
const linkCut: Strike = {
  fault: 'partition',
  target: 'node-1~control-plane-1',
  holds: isBlocked('node-1/kubelet', 'kube-apiserver-1'),
}
const slowDisk = (milliseconds: number): Strike => ({
  fault: 'disk-slow',
  target: 'etcd-1',
  parameters: { milliseconds },
  holds: impaired('etcd-1', 'disk-slow'),
})
const probes = (probe: string): Strike => ({
  fault: 'probe-failing',
  target: (cluster) => `default/${nameOfRunningPod(cluster, 'web-')}`,
  parameters: { probe },
  holds: (cluster) =>
    ['node-1/kubelet', 'node-2/kubelet'].some((kubelet) =>
      cluster.kernel
        .slotOf(cluster.process(kubelet))
        .impairments.some(({ name, value }) => name.startsWith('probe-failing') && value === probe),
    ),
})
const pulls: Strike = {
  fault: 'image-pull-failing',
  target: 'node-1',
  holds: impaired('node-1/containerd', 'image-pull-failing'),
}
const slowPulls: Strike = {
  fault: 'image-pull-slow',
  target: 'node-1',
  holds: impaired('node-1/containerd', 'image-pull-slow'),
}
const memory: Strike = {
  fault: 'node-memory-pressure',
  target: 'node-1',
  holds: impaired('node-1/kubelet', 'memory-available'),
}
const disk: Strike = {
  fault: 'node-disk-pressure',
  target: 'node-1',
  holds: impaired('node-1/kubelet', 'disk-available'),
}
const clock: Strike = {
  fault: 'clock-skew',
  target: 'node-1',
  parameters: { seconds: 30 },
  holds: impaired('node-1/kubelet', 'clock-skew'),
}
const certificate: Strike = {
  fault: 'certificate-expired',
  target: 'node-1',
  holds: impaired('node-1/kubelet', 'certificate-expired'),
}
const full: Strike = { fault: 'disk-full', target: 'etcd-2', holds: impaired('etcd-2', 'disk-full') }
const lost: Strike = { fault: 'disk-lost', target: 'etcd-2', holds: isDown('etcd-2') }
const crashed: Strike = { fault: 'process-down', target: 'etcd-2', holds: isDown('etcd-2') }

const pairs: readonly (readonly [Strike, Strike])[] = [
  [hostDown, kubeletDown],
  [hostDown, hostDown],
  [hostDown, memory],
  [schedulerFrozen, schedulerSlow],
  [schedulerFrozen, schedulerFrozen],
  [nodeCut, linkCut],
  [nodeCut, hostDown],
  [slowDisk(100), slowDisk(400)],
  [probes('readiness'), probes('any')],
  [pulls, slowPulls],
  [memory, disk],
  [clock, certificate],
  [full, slowDisk(50)],
  [lost, crashed],
]

const runs = pairs.flatMap((pair) =>
  ([0, 1] as const).map((first) => [`${pair[0].fault} and ${pair[1].fault}`, first, pair] as const),
)

test.each(runs)('%s: healing number %i first leaves the other', { timeout: 30_000 }, (_pair, first, pair) => {
  const cluster = startCluster(3)
  const ids = pair.map(({ fault, target, parameters }) =>
    cluster.fault({
      fault,
      target: typeof target === 'string' ? target : target(cluster),
      ...parameters,
    }),
  )
  cluster.run(5)
  expect(pair.map(({ holds }) => holds(cluster))).toEqual([true, true])
  cluster.heal(ids[first] ?? '')
  cluster.run(5)
  expect(pair[1 - first]?.holds(cluster)).toBe(true)
  expect(cluster.kernel.faults.map(({ id }) => id)).toEqual([ids[1 - first]])
  cluster.heal(ids[1 - first] ?? '')
  expect(cluster.runUntil(420, () => cluster.isWell())).toBe(true)
  expect(pair.map(({ holds }) => holds(cluster))).toEqual([false, false])
  cluster.createUntilAccepted('after', 2)
  expect(cluster.runUntil(120, () => cluster.isAvailable('after', 2) && cluster.membersAgree())).toBe(true)
})
