// What an admission plugin is: it may change an object on its way in, or refuse the request.
// Models apiserver/pkg/admission; leaves out webhooks and policies.
import type { KubeObject } from '../../../api/objects.ts'
import type { Status } from '../../../api/status.ts'
import type { Micros } from '../../../kernel/micros.ts'
import type { Task } from '../../../kernel/task.ts'
import type { KindDefinition } from '../../kinds/runtime/kind-definition.ts'

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE'

export interface AdmissionRequest {
  readonly operation: Operation
  /** `pods`, `deployments.apps`. */
  readonly resource: string
  readonly definition: KindDefinition
  /** Empty for the object itself. */
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly user: string
  /** Null for DELETE. */
  readonly object: KubeObject | null
  readonly old: KubeObject | null
  readonly receivedAt: Micros
}

/** `note` says what the plugin did, for the reader of the trace. */
export type Verdict =
  | { readonly allowed: true; readonly object: KubeObject | null; readonly note: string }
  | { readonly allowed: false; readonly status: Status }

/** A plugin decides from the request alone (`mutate`, `validate`), or looks things up first (`review`, `inspect`). */
export interface AdmissionPlugin {
  readonly name: string
  handles(request: AdmissionRequest): boolean
  /** In the mutating phase. */
  mutate?(request: AdmissionRequest): Verdict
  /** In the mutating phase, with look-ups. */
  review?(request: AdmissionRequest): Task<Verdict>
  /** In the validating phase. */
  validate?(request: AdmissionRequest): Status | null
  /** In the validating phase, with look-ups. */
  inspect?(request: AdmissionRequest): Task<Status | null>
}

export function unchanged(request: AdmissionRequest): Verdict {
  return { allowed: true, object: request.object, note: '' }
}

export function changed(object: KubeObject, note: string): Verdict {
  return { allowed: true, object, note }
}

export function denied(status: Status): Verdict {
  return { allowed: false, status }
}

export const isPod = (request: AdmissionRequest): boolean =>
  request.resource === 'pods' && request.subresource === ''
