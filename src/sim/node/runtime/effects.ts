// What containerd's tasks may do to the world, as data: wait, ask CNI, have an image, keep records, say what happened.
import type { Micros } from '../../kernel/micros.ts'
import type { Effect, Task } from '../../kernel/task.ts'
import { perform } from '../../kernel/task.ts'
import type { LocalEvent } from '../../kernel/trace.ts'
import type { CniAddResult, CniCall, CniResult } from '../cni/messages.ts'
import type { ContainerConfig, CriError, CriResult, PodSandboxConfig } from './cri.ts'
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
  /** The work of making something new, which gets an id. */
  | { readonly effect: 'create'; readonly base: number; readonly spread: number }
  | { readonly effect: 'now' }
  | { readonly effect: 'abandoned' }
  | { readonly effect: 'sandbox'; readonly id: string }
  | { readonly effect: 'container'; readonly id: string }
  | { readonly effect: 'startable'; readonly id: string }
  | { readonly effect: 'containers-of'; readonly sandboxId: string }
  | { readonly effect: 'put-sandbox'; readonly record: SandboxRecord }
  | { readonly effect: 'put-container'; readonly record: ContainerRecord }
  | { readonly effect: 'remove'; readonly id: string; readonly podUid: string }
  /** The sandbox is there, and has its network unless that is the node's. */
  | { readonly effect: 'sandbox-created'; readonly sandbox: SandboxRecord }
  | { readonly effect: 'sandbox-connected'; readonly sandbox: SandboxRecord; readonly add: CniAddResult }
  | { readonly effect: 'container-created'; readonly made: NewContainer }
  /** The container joins the sandbox's namespaces, and its process begins. */
  | { readonly effect: 'container-started'; readonly started: Startable }
  /** Sends the signal to stop, then SIGKILL after the grace period; answers when the process has ended. */
  | { readonly effect: 'stop-process'; readonly id: string; readonly graceMicros: number }
  | { readonly effect: 'set-pod-cidr'; readonly podCIDR: string }
  | { readonly effect: 'trace'; readonly event: LocalEvent }

/** What was created, and when. */
export interface Created {
  readonly id: string
  readonly at: Micros
}

export interface NewContainer {
  readonly created: Created
  readonly sandboxId: string
  readonly config: ContainerConfig
  readonly sandboxConfig: PodSandboxConfig
}

export interface Startable {
  readonly container: ContainerRecord
  readonly sandbox: SandboxRecord
}

const ask = <R>(effect: RuntimeEffect): Task<R> => perform<R>(effect satisfies Effect)

export const work = (base: number, spread: number): Task<void> => ask({ effect: 'work', base, spread })
export const callCni = (call: CniCall): Task<CniResult> => ask({ effect: 'cni', call })
/** The image as it is stored, or pulled where it is not. */
export const haveImage = (image: string, pod: PodIdentity): Task<ImageOutcome> =>
  ask({ effect: 'image', image, fails: false, ask: false, pod })
export const pullFromRegistry = (image: string, fails: boolean, pod: PodIdentity): Task<ImageOutcome> =>
  ask({ effect: 'image', image, fails, ask: true, pod })
/** As `work`; returns the id of what was made, and when it was. */
export const create = (base: number, spread: number): Task<Created> => ask({ effect: 'create', base, spread })
export const now = (): Task<Micros> => ask({ effect: 'now' })
/** Whether whoever called has gone meanwhile, and with it the call's context. */
export const abandoned = (): Task<boolean> => ask({ effect: 'abandoned' })
export const sandboxOf = (id: string): Task<SandboxRecord | null> => ask({ effect: 'sandbox', id })
export const containerOf = (id: string): Task<ContainerRecord | null> => ask({ effect: 'container', id })
export const containersOf = (sandboxId: string): Task<readonly ContainerRecord[]> =>
  ask({ effect: 'containers-of', sandboxId })
export const putSandbox = (record: SandboxRecord): Task<void> => ask({ effect: 'put-sandbox', record })
export const putContainer = (record: ContainerRecord): Task<void> => ask({ effect: 'put-container', record })
export const removeRecord = (id: string, podUid: string): Task<void> => ask({ effect: 'remove', id, podUid })
/** A container with its sandbox, or the error of whoever cannot start it. */
export const startable = (id: string): Task<Startable | CriError> => ask({ effect: 'startable', id })
export const sandboxCreated = (sandbox: SandboxRecord): Task<void> =>
  ask({ effect: 'sandbox-created', sandbox })
export const sandboxConnected = (sandbox: SandboxRecord, add: CniAddResult): Task<void> =>
  ask({ effect: 'sandbox-connected', sandbox, add })
export const containerCreated = (made: NewContainer): Task<void> => ask({ effect: 'container-created', made })
export const containerStarted = (started: Startable): Task<void> =>
  ask({ effect: 'container-started', started })
export const stopProcess = (id: string, graceMicros: number): Task<void> =>
  ask({ effect: 'stop-process', id, graceMicros })
export const setPodCIDR = (podCIDR: string): Task<void> => ask({ effect: 'set-pod-cidr', podCIDR })
export const record = (event: LocalEvent): Task<void> => ask({ effect: 'trace', event })

export const failure = (code: CriError['code'], message: string): CriResult => ({
  ok: false,
  error: { code, message },
})
export const notFound = (what: string): CriError =>
  Object.freeze({ code: 'NotFound', message: `an error occurred when try to find ${what}: not found` })
export const done = (value: object): CriResult => ({ ok: true, value })
