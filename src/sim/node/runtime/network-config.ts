// The runtime's part in giving a node its range of Pod addresses. Models containerd's UpdateRuntimeConfig, which renders
// the CNI configuration once the kubelet knows the node's podCIDR; until then the network is not ready.
import type { Task } from '../../kernel/task.ts'
import type { CriResult } from './cri.ts'
import { callCni, done, failure, setPodCIDR } from './effects.ts'

export function* updateRuntimeConfig(podCIDR: string): Task<CriResult> {
  const configured = yield* callCni({ command: 'CONFIGURE', podCIDR })
  if (!configured.ok) return failure('Unknown', configured.message)
  yield* setPodCIDR(podCIDR)
  return done({})
}
