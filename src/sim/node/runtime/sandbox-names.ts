// Who has a sandbox's name. Models the name index of containerd's internal/cri/server/sandbox_run.go, which keeps two calls
// from making the same sandbox twice.
import type { CriResult, PodSandboxConfig, PodSandboxMetadata } from './cri.ts'
import { failure } from './effects.ts'
import type { ContainerdState } from './state.ts'

/**
 * The failure of a call for a sandbox that is there or being made, as when a kubelet was restarted and asks again for what its
 * predecessor's call is still about; null: the name is free. What is being made may have no id yet.
 */
export function nameTaken(state: ContainerdState, metadata: PodSandboxMetadata): CriResult | null {
  const id = ownerOf(state, metadata)
  if (id === null) return null
  const name = `${metadata.name}_${metadata.namespace}_${metadata.uid}_${metadata.attempt}`
  return failure(
    'Unknown',
    `failed to reserve sandbox name "${name}": name "${name}" is reserved for "${id}"`,
  )
}

/** The sandbox of this name, empty where it has no id yet; null: there is none. */
function ownerOf({ disk, tasks, making }: ContainerdState, metadata: PodSandboxMetadata): string | null {
  for (const [id, { status }] of disk.sandboxes) if (isSame(status.metadata, metadata)) return id
  for (const task of tasks.running.values()) {
    if (task.name !== 'runPodSandbox') continue
    const [config] = task.args as readonly [PodSandboxConfig]
    if (isSame(config.metadata, metadata)) return making.get(task.id) ?? ''
  }
  return null
}

const isSame = (a: PodSandboxMetadata, b: PodSandboxMetadata): boolean =>
  a.uid === b.uid && a.attempt === b.attempt
