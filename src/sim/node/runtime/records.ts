// The records of sandboxes and containers as they are made and as they change, and what the trace tells of them. Pure. Each
// is built with all its members at once: a node makes them for every Pod, and those that are alike are handled fast.
import type { Micros } from '../../kernel/micros.ts'
import { micros } from '../../kernel/micros.ts'
import type { LocalEvent } from '../../kernel/trace.ts'
import { containerBehaviour, fullImageName } from '../../workloads/index.ts'
import type { CniAddResult } from '../cni/messages.ts'
import type { ContainerStatus, PodSandboxConfig } from './cri.ts'
import { PAUSE_IMAGE } from './cri.ts'
import type { Created, NewContainer, PodIdentity, Startable } from './effects.ts'
import type { ContainerRecord, SandboxRecord } from './store.ts'
import { shortId } from './store.ts'

const NEVER = micros(0)

export const identityOf = ({ metadata }: PodSandboxConfig): PodIdentity => ({
  pod: `${metadata.namespace}/${metadata.name}`,
  uid: metadata.uid,
})

export function newSandbox(config: PodSandboxConfig, { id, at }: Created): SandboxRecord {
  const short = shortId(id)
  // Joined, since a sum of strings keeps its parts.
  const netns = config.hostNetwork ? 'the node' : ['netns', short].join(' ')
  const own = ['sandbox', short].join(' ')
  const namespaces = Object.freeze({ net: netns, ipc: own, uts: own })
  return sandboxRecord(config, netns, {
    id,
    metadata: config.metadata,
    state: 'SANDBOX_READY',
    createdAt: at,
    ip: '',
    hostNetwork: config.hostNetwork,
    namespaces,
  })
}

const sandboxRecord = (
  config: PodSandboxConfig,
  netns: string,
  status: SandboxRecord['status'],
): SandboxRecord => Object.freeze({ status: Object.freeze(status), config, netns })

/** The sandbox with its address. */
export function connected({ status, config, netns }: SandboxRecord, ip: string): SandboxRecord {
  const { id, metadata, state, createdAt, hostNetwork, namespaces } = status
  return sandboxRecord(config, netns, { id, metadata, state, createdAt, ip, hostNetwork, namespaces })
}

/** @param imageRef the digest of its image */
export function newContainer(
  { created, sandboxId, config, sandboxConfig }: NewContainer,
  imageRef: string,
): ContainerRecord {
  const status: ContainerStatus = {
    id: created.id,
    sandboxId,
    podUid: sandboxConfig.metadata.uid,
    metadata: config.metadata,
    state: 'CONTAINER_CREATED',
    createdAt: created.at,
    startedAt: NEVER,
    finishedAt: NEVER,
    exitCode: 0,
    signal: 0,
    reason: '',
    message: '',
    image: fullImageName(config.image),
    imageRef,
  }
  const behaviour = containerBehaviour(config, sandboxConfig.annotations)
  return { status: Object.freeze(status), behaviour, endsAt: null, endCode: 0, stopping: false }
}

export function begun({ status, behaviour, stopping }: ContainerRecord, now: Micros): ContainerRecord {
  const { runSeconds, exitCode: endCode } = behaviour
  const endsAt = runSeconds === null ? null : micros(now + runSeconds * 1_000_000)
  return { status: Object.freeze(running(status, now)), behaviour, endsAt, endCode, stopping }
}

const running = (status: ContainerStatus, startedAt: Micros): ContainerStatus => ({
  id: status.id,
  sandboxId: status.sandboxId,
  podUid: status.podUid,
  metadata: status.metadata,
  state: 'CONTAINER_RUNNING',
  createdAt: status.createdAt,
  startedAt,
  finishedAt: status.finishedAt,
  exitCode: status.exitCode,
  signal: status.signal,
  reason: status.reason,
  message: status.message,
  image: status.image,
  imageRef: status.imageRef,
})

export function tellSandboxCreated({ status, config }: SandboxRecord): LocalEvent {
  const { namespaces, id } = status
  const { pod, uid } = identityOf(config)
  const text = `pause container ${shortId(id)} created: it owns the network, IPC and UTS namespaces of the Pod`
  return { type: 'runtime', step: 'sandbox-created', pod, uid, image: PAUSE_IMAGE, namespaces, text }
}

export function tellConnected({ config }: SandboxRecord, { ip, veth }: CniAddResult): LocalEvent {
  const { pod, uid } = identityOf(config)
  const text = `CNI ADD: eth0 with ${ip} in the Pod's network namespace, joined to the node by ${veth}`
  return { type: 'runtime', step: 'network-ready', pod, uid, ip, text }
}

export function tellContainerCreated(
  { status }: ContainerRecord,
  { config, sandboxConfig }: NewContainer,
): LocalEvent {
  const { pod, uid } = identityOf(sandboxConfig)
  const { image } = config
  const { name: container } = config.metadata
  const text = `container ${container} (${shortId(status.id)}) created from ${status.image}`
  return { type: 'runtime', step: 'container-created', pod, uid, container, image, text }
}

export function tellContainerStarted({ container: { status }, sandbox }: Startable): LocalEvent {
  const { pod, uid } = identityOf(sandbox.config)
  const net = sandbox.config.hostNetwork ? 'the node' : `sandbox ${shortId(sandbox.status.id)}`
  const namespaces = { ...sandbox.status.namespaces, net, pid: 'own', mnt: 'own' }
  const { image } = status
  const { name: container } = status.metadata
  const text = `container ${container} started: it joins the network, IPC and UTS namespaces of the pause container`
  return { type: 'runtime', step: 'container-started', pod, uid, container, image, namespaces, text }
}
