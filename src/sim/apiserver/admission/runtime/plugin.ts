// What an admission plugin is: it may change an object on its way in, or refuse the request.
// Models apiserver/pkg/admission; leaves out webhooks and policies.
import type { KubeObject } from '../../../api/objects.ts'
import type { Status } from '../../../api/status.ts'
import type { Micros } from '../../../kernel/micros.ts'
import type { KindDefinition } from '../../kinds/runtime/kind-definition.ts'
import type { Stored } from '../../storage.ts'

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

/** An object by its kind's id and its key in that kind. */
export interface ObjectName {
  readonly kind: string
  readonly key: string
}

/** What there is of an object: the watch cache's version, or where it has none, what etcd says. */
export type Found = Stored<KubeObject | null>

/** Plugins decide at once: from the request, and from one object that they may name. */
export interface AdmissionPlugin {
  readonly name: string
  handles(request: AdmissionRequest): boolean
  /** The object that `mutate` has to see. */
  looksAt?(request: AdmissionRequest): ObjectName | undefined
  /** In the mutating phase. `found` is null where the plugin looks at nothing. */
  mutate?(request: AdmissionRequest, found: Found, random: () => number): Verdict
  /** In the validating phase. */
  validate?(request: AdmissionRequest): Status | null
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
