// What containerd's tasks may do to the world, as data: wait, ask CNI, have an image, keep records, say what happened.
import type { Micros } from '../../kernel/micros.ts'
import type { Effect, Task } from '../../kernel/task.ts'
import { perform } from '../../kernel/task.ts'
import type { LocalEvent } from '../../kernel/trace.ts'
import type { CniCall, CniResult } from '../cni/messages.ts'
import type { CriError, CriResult } from './cri.ts'
import type { ContainerRecord, SandboxRecord } from './store.ts'

export type ImageOutcome =
  | { readonly ok: true; readonly imageRef: string; readonly sizeBytes: number }
  | { readonly ok: false; readonly error: CriError }

export interface PodIdentity {
  readonly pod: string
  readonly uid: string
}

export type RuntimeEffect =
  /** Work that takes at least `base`, and at random up to `spread` more. */
  | { readonly effect: 'work'; readonly base: number; readonly spread: number }
  | { readonly effect: 'cni'; readonly call: CniCall }
  | {
      readonly effect: 'image'
      readonly image: string
      readonly fails: boolean
      /** The registry is asked even when the image is stored: its tag may have moved. */
      readonly ask: boolean
      readonly pod: PodIdentity
    }
  | { readonly effect: 'image-ref'; readonly image: string }
  | { readonly effect: 'new-id' }
  | { readonly effect: 'now' }
  | { readonly effect: 'sandbox'; readonly id: string }
  | { readonly effect: 'container'; readonly id: string }
  | { readonly effect: 'containers-of'; readonly sandboxId: string }
  | { readonly effect: 'put-sandbox'; readonly record: SandboxRecord }
  | { readonly effect: 'put-container'; readonly record: ContainerRecord }
  | { readonly effect: 'remove'; readonly id: string; readonly podUid: string }
  | { readonly effect: 'start-process'; readonly id: string }
  /** Sends the signal to stop, then SIGKILL after the grace period; answers when the process has ended. */
  | { readonly effect: 'stop-process'; readonly id: string; readonly graceMicros: number }
  | { readonly effect: 'set-pod-cidr'; readonly podCIDR: string }
  | { readonly effect: 'trace'; readonly event: LocalEvent }

const ask = <R>(effect: RuntimeEffect): Task<R> => perform<R>(effect satisfies Effect)

export const work = (base: number, spread: number): Task<void> => ask({ effect: 'work', base, spread })
export const callCni = (call: CniCall): Task<CniResult> => ask({ effect: 'cni', call })
/** The image as it is stored, or pulled where it is not. */
export const haveImage = (image: string, pod: PodIdentity): Task<ImageOutcome> =>
  ask({ effect: 'image', image, fails: false, ask: false, pod })
export const pullFromRegistry = (image: string, fails: boolean, pod: PodIdentity): Task<ImageOutcome> =>
  ask({ effect: 'image', image, fails, ask: true, pod })
/** By which digest an image is known. */
export const imageRef = (image: string): Task<string> => ask({ effect: 'image-ref', image })
export const newId = (): Task<string> => ask({ effect: 'new-id' })
export const now = (): Task<Micros> => ask({ effect: 'now' })
export const sandboxOf = (id: string): Task<SandboxRecord | null> => ask({ effect: 'sandbox', id })
export const containerOf = (id: string): Task<ContainerRecord | null> => ask({ effect: 'container', id })
export const containersOf = (sandboxId: string): Task<readonly ContainerRecord[]> =>
  ask({ effect: 'containers-of', sandboxId })
export const putSandbox = (record: SandboxRecord): Task<void> => ask({ effect: 'put-sandbox', record })
export const putContainer = (record: ContainerRecord): Task<void> => ask({ effect: 'put-container', record })
export const removeRecord = (id: string, podUid: string): Task<void> => ask({ effect: 'remove', id, podUid })
export const startProcess = (id: string): Task<void> => ask({ effect: 'start-process', id })
export const stopProcess = (id: string, graceMicros: number): Task<void> =>
  ask({ effect: 'stop-process', id, graceMicros })
export const setPodCIDR = (podCIDR: string): Task<void> => ask({ effect: 'set-pod-cidr', podCIDR })
export const record = (event: LocalEvent): Task<void> => ask({ effect: 'trace', event })

export const failure = (code: CriError['code'], message: string): CriResult => ({
  ok: false,
  error: { code, message },
})
export const done = (value: object): CriResult => ({ ok: true, value })
