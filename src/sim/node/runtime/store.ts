// What containerd remembers of sandboxes, containers and images. All of it is on disk: containers run under their shims
// and outlive the daemon; a power cut ends them, and leaves the images and the records.
import type { Micros } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import { remembering } from '../../kernel/remembering.ts'
import type { Behaviour } from '../../workloads/index.ts'
import { digestOf, fullImageName, imageBytes, imageLayers, imageRepository } from '../../workloads/index.ts'
import type { ContainerStatus, PodSandboxConfig, PodSandboxStatus, RuntimeImage } from './cri.ts'

export interface SandboxRecord {
  readonly status: PodSandboxStatus
  readonly config: PodSandboxConfig
  readonly netns: string
}

export interface ContainerRecord {
  readonly status: ContainerStatus
  readonly behaviour: Behaviour
  /** When the process will end as things stand; null: never. */
  readonly endsAt: Micros | null
  readonly endCode: number
  /** Why, where that is not to be told from the code. */
  readonly endReason?: string
  /** Whether it ends by a signal that it was sent. */
  readonly stopping: boolean
}

/** The values are frozen: a change makes a new record. */
export interface ContainerdDisk {
  readonly sandboxes: Map<string, SandboxRecord>
  readonly containers: Map<string, ContainerRecord>
  readonly images: Record<string, RuntimeImage>
  podCIDR: string
}

export const emptyDisk = (): ContainerdDisk => ({
  sandboxes: new Map(),
  containers: new Map(),
  images: {},
  podCIDR: '',
})

// cache: the records of images, at most 256: they are the same on every node.
export const imageRecord = remembering(256, (image: string): RuntimeImage => {
  const name = fullImageName(image)
  const sizeBytes = imageBytes(image)
  const repoDigest = `${imageRepository(image)}@${digestOf(`manifest/${name}`)}`
  return deepFreeze({ id: digestOf(`config/${name}`), name, repoDigest, sizeBytes })
})

/** The bytes of an image that no stored image has brought already. */
export function missingBytes(disk: ContainerdDisk, image: string): number {
  const present: string[] = []
  for (const name of Object.keys(disk.images))
    for (const layer of imageLayers(name)) present.push(layer.digest)
  let bytes = 0
  for (const layer of imageLayers(image)) if (!present.includes(layer.digest)) bytes += layer.bytes
  return bytes
}

/** What a power cut leaves: no process runs, and nobody knows how they ended. */
export function afterPowerCut(disk: ContainerdDisk, now: Micros): void {
  for (const [id, record] of disk.containers) {
    if (record.status.state !== 'CONTAINER_RUNNING') continue
    const status: ContainerStatus = {
      ...record.status,
      state: 'CONTAINER_EXITED',
      finishedAt: now,
      exitCode: 255,
      reason: 'Unknown',
    }
    disk.containers.set(id, deepFreeze({ ...record, status, endsAt: null }))
  }
  for (const [id, record] of disk.sandboxes) {
    if (record.status.state !== 'SANDBOX_READY') continue
    const status: PodSandboxStatus = { ...record.status, state: 'SANDBOX_NOTREADY' }
    disk.sandboxes.set(id, deepFreeze({ ...record, status }))
  }
}

/** Ids are as long as the real ones; people see the first twelve digits. */
export const shortId = (id: string): string => id.slice(0, 12)
