// Builders of Pods and of what a runtime has, for tables.
import type { Container, Pod } from '../../api/objects.ts'
import { asResourceVersion, asUid } from '../../api/objects.ts'
import { micros } from '../../kernel/micros.ts'
import { fullImageName } from '../../workloads/index.ts'
import type { PodRuntime } from '../kubelet/pod-runtime.ts'
import type { ContainerStatus, PodSandboxStatus } from '../runtime/cri.ts'

export const makeContainer = (name: string, rest: Partial<Container> = {}): Container => ({
  name,
  image: 'nginx',
  ...rest,
})

export function makePod(spec: Partial<Pod['spec']> = {}, metadata: Partial<Pod['metadata']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: asUid('u1'),
      resourceVersion: asResourceVersion(1),
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec: { containers: [makeContainer('app')], restartPolicy: 'Always', ...spec },
    status: {},
  }
}

export function sandbox(rest: Partial<PodSandboxStatus> = {}): PodSandboxStatus {
  return {
    id: 's0',
    metadata: { name: 'web', namespace: 'default', uid: 'u1', attempt: 0 },
    state: 'SANDBOX_READY',
    createdAt: micros(0),
    ip: '10.244.1.2',
    hostNetwork: false,
    namespaces: {},
    ...rest,
  }
}

type State = 'running' | 'created' | number

/** A container that runs, was created, or has exited with this code. */
export function container(name: string, state: State, attempt = 0): ContainerStatus {
  const ended = typeof state === 'number'
  return {
    id: `${name}-${attempt}`,
    sandboxId: 's0',
    podUid: 'u1',
    metadata: { name, attempt },
    state: ended ? 'CONTAINER_EXITED' : state === 'running' ? 'CONTAINER_RUNNING' : 'CONTAINER_CREATED',
    createdAt: micros(attempt),
    startedAt: micros(attempt),
    finishedAt: micros(attempt),
    exitCode: ended ? state : 0,
    signal: 0,
    reason: ended ? (state === 0 ? 'Completed' : 'Error') : '',
    message: '',
    image: fullImageName('nginx'),
    imageRef: '',
  }
}

export const runtime = (
  containers: readonly ContainerStatus[] = [],
  sandboxes = [sandbox()],
): PodRuntime => ({
  sandboxes,
  containers,
})
