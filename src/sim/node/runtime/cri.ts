// The container runtime interface (CRI v1) between a kubelet and its runtime: the calls, their results, and the stream
// of container events. Shapes follow cri-api's runtime/v1, cut down to what the simulation needs.
import type { Labels } from '../../api/objects.ts'
import type { Micros } from '../../kernel/micros.ts'

export interface PodSandboxMetadata {
  readonly name: string
  readonly uid: string
  readonly namespace: string
  readonly attempt: number
}

export interface PodSandboxConfig {
  readonly metadata: PodSandboxMetadata
  readonly hostname: string
  readonly labels: Labels
  readonly annotations: Labels
  /** The sandbox stays in the node's network namespace; CNI is not called. */
  readonly hostNetwork: boolean
}

export interface ContainerPortConfig {
  readonly name?: string
  readonly containerPort: number
}

export interface ContainerConfig {
  readonly metadata: { readonly name: string; readonly attempt: number }
  readonly image: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly ports?: readonly ContainerPortConfig[]
  /** The limit of its cgroup, in bytes; absent: as much as the node has. */
  readonly memoryLimit?: number
}

/** The kinds of namespaces of a sandbox, each with a name for it. */
export type Namespaces = Readonly<Record<string, string>>

export interface PodSandboxStatus {
  readonly id: string
  readonly metadata: PodSandboxMetadata
  readonly state: 'SANDBOX_READY' | 'SANDBOX_NOTREADY'
  readonly createdAt: Micros
  /** Empty while there is no network, and for a sandbox in the node's network. */
  readonly ip: string
  readonly hostNetwork: boolean
  readonly namespaces: Namespaces
}

export interface ContainerStatus {
  readonly id: string
  readonly sandboxId: string
  readonly podUid: string
  readonly metadata: { readonly name: string; readonly attempt: number }
  readonly state: 'CONTAINER_CREATED' | 'CONTAINER_RUNNING' | 'CONTAINER_EXITED'
  readonly createdAt: Micros
  readonly startedAt: Micros
  readonly finishedAt: Micros
  readonly exitCode: number
  readonly signal: number
  /** `Completed`, `Error`, `Unknown`, `StartError`; empty while it has not ended. */
  readonly reason: string
  readonly message: string
  readonly image: string
  readonly imageRef: string
}

export interface RuntimeImage {
  readonly id: string
  readonly name: string
  readonly repoDigest: string
  readonly sizeBytes: number
}

export interface RuntimeStatus {
  readonly runtimeReady: boolean
  readonly networkReady: boolean
  /** Why the network is not ready, in the runtime's words. */
  readonly networkMessage: string
  readonly networkReason: string
}

/** Every call with the type of its result. */
export interface CriMethods {
  Version: { readonly call: object; readonly result: { readonly name: string; readonly version: string } }
  Status: { readonly call: object; readonly result: RuntimeStatus }
  UpdateRuntimeConfig: { readonly call: { readonly podCIDR: string }; readonly result: object }
  /** Subscribes the caller to `cri-event` messages. */
  GetContainerEvents: { readonly call: object; readonly result: object }
  RunPodSandbox: {
    readonly call: { readonly config: PodSandboxConfig }
    readonly result: { readonly sandboxId: string }
  }
  StopPodSandbox: { readonly call: { readonly sandboxId: string }; readonly result: object }
  RemovePodSandbox: { readonly call: { readonly sandboxId: string }; readonly result: object }
  PodSandboxStatus: { readonly call: { readonly sandboxId: string }; readonly result: PodSandboxStatus }
  ListPodSandbox: {
    readonly call: object
    readonly result: { readonly sandboxes: readonly PodSandboxStatus[] }
  }
  CreateContainer: {
    readonly call: {
      readonly sandboxId: string
      readonly config: ContainerConfig
      readonly sandboxConfig: PodSandboxConfig
    }
    readonly result: { readonly containerId: string }
  }
  StartContainer: { readonly call: { readonly containerId: string }; readonly result: object }
  StopContainer: {
    readonly call: { readonly containerId: string; readonly timeoutSeconds: number }
    readonly result: object
  }
  RemoveContainer: { readonly call: { readonly containerId: string }; readonly result: object }
  ContainerStatus: { readonly call: { readonly containerId: string }; readonly result: ContainerStatus }
  /** No call of the real CRI: it stands for reading the container's log file. */
  ContainerLog: {
    readonly call: {
      readonly containerId: string
      readonly tailLines?: number
      readonly sinceSeconds?: number
      readonly timestamps: boolean
    }
    readonly result: { readonly text: string }
  }
  ListContainers: {
    readonly call: object
    readonly result: { readonly containers: readonly ContainerStatus[] }
  }
  PullImage: {
    readonly call: { readonly image: string; readonly sandboxConfig: PodSandboxConfig }
    readonly result: { readonly imageRef: string; readonly sizeBytes: number }
  }
  ImageStatus: {
    readonly call: { readonly image: string }
    readonly result: { readonly image: RuntimeImage | null }
  }
  ListImages: { readonly call: object; readonly result: { readonly images: readonly RuntimeImage[] } }
  RemoveImage: { readonly call: { readonly image: string }; readonly result: object }
}

export type CriMethod = keyof CriMethods
export type CriCall = { [M in CriMethod]: { readonly method: M } & CriMethods[M]['call'] }[CriMethod]

/** gRPC's status: `Unavailable` is a dead connection. */
export interface CriError {
  readonly code: 'NotFound' | 'Unavailable' | 'Unknown' | 'FailedPrecondition' | 'Canceled'
  readonly message: string
}

export type CriResult<M extends CriMethod = CriMethod> =
  | { readonly ok: true; readonly value: CriMethods[M]['result'] }
  | { readonly ok: false; readonly error: CriError }

export interface CriRequestMessage {
  readonly type: 'cri'
  /** Chosen by the kubelet, unique in its lifetime. */
  readonly id: number
  readonly call: CriCall
}

export interface CriResultMessage {
  readonly type: 'cri-result'
  readonly id: number
  readonly result: CriResult
}

/** One event of the stream: the sandbox or container as it is now, or what was removed. */
export interface CriEventMessage {
  readonly type: 'cri-event'
  readonly podUid: string
  readonly event: CriEvent
}

export type CriEvent =
  | { readonly kind: 'sandbox'; readonly sandbox: PodSandboxStatus }
  | { readonly kind: 'container'; readonly container: ContainerStatus }
  | { readonly kind: 'removed'; readonly id: string }

/** How the kubelet prints an error of the runtime. */
export const criErrorText = (error: CriError): string =>
  `rpc error: code = ${error.code} desc = ${error.message}`

/** The name of the runtime's type in `containerID`. */
export const RUNTIME_NAME = 'containerd'
export const CONTAINER_ID_PREFIX = `${RUNTIME_NAME}://`
export const RUNTIME_VERSION = '2.2.0'
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10'
