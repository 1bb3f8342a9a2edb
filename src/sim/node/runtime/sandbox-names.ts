// Who has a sandbox's name. Models the name index of containerd's internal/cri/server/sandbox_run.go, which keeps two calls
// from making the same sandbox twice.
import type { CriResult, PodSandboxConfig, PodSandboxMetadata } from './cri.ts'
import { failure } from './effects.ts'
import type { ContainerdState } from './state.ts'

/**
 * The failure of a call for a sandbox that is there or being made, as when a kubelet was restarted and asks again for what its
 * predecessor's call is still about; null: the name is free. What is being made may have no id yet.
 */
export function nameTaken(
  { disk, tasks, making }: ContainerdState,
  metadata: PodSandboxMetadata,
): CriResult | null {
  const isSame = (other: PodSandboxMetadata): boolean =>
    other.uid === metadata.uid && other.attempt === metadata.attempt
  const present = Object.values(disk.sandboxes).find(({ status }) => isSame(status.metadata))
  const task = Object.values(tasks.running).find(
    ({ name, args }) => name === 'runPodSandbox' && isSame((args[0] as PodSandboxConfig).metadata),
  )
  if (present === undefined && task === undefined) return null
  const id = present?.status.id ?? making.get(task?.id ?? 0) ?? ''
  const name = `${metadata.name}_${metadata.namespace}_${metadata.uid}_${metadata.attempt}`
  return failure(
    'Unknown',
    `failed to reserve sandbox name "${name}": name "${name}" is reserved for "${id}"`,
  )
}
