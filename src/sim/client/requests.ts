// The effects by which tasks talk to the apiserver. Every result is a value: the object, or the Status that the server
// (or, with code 0, the connection) gave instead. Models the typed clients of client-go.
import type { HttpMethod, HttpRequest } from '../api/http.ts'
import {
  CONTENT_APPLY_PATCH,
  CONTENT_JSON,
  CONTENT_JSON_PATCH,
  CONTENT_MERGE_PATCH,
  CONTENT_STRATEGIC_MERGE_PATCH,
} from '../api/http.ts'
import type { Draft, KubeList, KubeObject, Pod } from '../api/objects.ts'
import type { ResourceRef } from '../api/resources.ts'
import { PODS, resourcePath } from '../api/resources.ts'
import type { Status, StatusReason } from '../api/status.ts'
import type { Effect, Task } from '../kernel/task.ts'
import { perform } from '../kernel/task.ts'

/** Why there is no answer at all; such a Status has code 0. */
export type TransportReason = 'ConnectionRefused' | 'ConnectionReset' | 'DialTimeout' | 'ClientTimeout'

export interface FailureStatus extends Omit<Status, 'reason'> {
  readonly reason?: StatusReason | TransportReason
}

export type ApiResult<T> =
  | { readonly ok: true; readonly object: T }
  | { readonly ok: false; readonly status: FailureStatus }

export interface RequestEffect extends Effect {
  readonly effect: 'request'
  readonly request: HttpRequest
  readonly timeoutMicros?: number
}

export interface SleepEffect extends Effect {
  readonly effect: 'sleep'
  readonly micros: number
}

export interface CallOptions {
  /** How long the client waits for the answer. */
  readonly timeoutMicros?: number
}

export interface ListOptions extends CallOptions {
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
}

export interface DeleteOptions extends CallOptions {
  readonly gracePeriodSeconds?: number
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply'

const NOTHING: Readonly<Record<string, string>> = Object.freeze({})
const contentType = (type: string): Readonly<Record<string, string>> =>
  Object.freeze({ 'content-type': type })
const JSON_HEADERS = contentType(CONTENT_JSON)
const PATCH_HEADERS: Readonly<Record<PatchType, Readonly<Record<string, string>>>> = {
  json: contentType(CONTENT_JSON_PATCH),
  merge: contentType(CONTENT_MERGE_PATCH),
  strategic: contentType(CONTENT_STRATEGIC_MERGE_PATCH),
  apply: contentType(CONTENT_APPLY_PATCH),
}

/** The request alone, for `all([...])`: what it resolves to is an `ApiResult`. */
export const requests = {
  create: <T extends KubeObject>(
    ref: ResourceRef<T>,
    object: Draft<T>,
    options?: CallOptions,
  ): RequestEffect =>
    effectOf(send('POST', resourcePath(ref, object.metadata.namespace ?? null), object), options),

  update: <T extends KubeObject>(ref: ResourceRef<T>, object: T, options?: CallOptions): RequestEffect =>
    effectOf(send('PUT', objectPath(ref, object), object), options),

  updateStatus: <T extends KubeObject>(
    ref: ResourceRef<T>,
    object: T,
    options?: CallOptions,
  ): RequestEffect => effectOf(send('PUT', objectPath(ref, object, 'status'), object), options),

  patch: (
    ref: ResourceRef<KubeObject>,
    namespace: string | null,
    name: string,
    type: PatchType,
    body: unknown,
    subresource?: string,
  ): RequestEffect => {
    const path = resourcePath(ref, namespace, name, subresource)
    return effectOf({ method: 'PATCH', path, query: NOTHING, headers: PATCH_HEADERS[type], body })
  },

  delete: (
    ref: ResourceRef<KubeObject>,
    namespace: string | null,
    name: string,
    options: DeleteOptions = {},
  ): RequestEffect => {
    const { gracePeriodSeconds, preconditions, propagationPolicy } = options
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(preconditions === undefined ? {} : { preconditions }),
      ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    }
    return effectOf(send('DELETE', resourcePath(ref, namespace, name), body), options)
  },

  get: (
    ref: ResourceRef<KubeObject>,
    namespace: string | null,
    name: string,
    options?: CallOptions,
  ): RequestEffect => effectOf(read(resourcePath(ref, namespace, name), NOTHING), options),

  list: (ref: ResourceRef<KubeObject>, namespace: string | null, options: ListOptions = {}): RequestEffect =>
    effectOf(read(resourcePath(ref, namespace), listQuery(options)), options),
} as const

/** The same as tasks with typed results. */
export const api = {
  get: <T extends KubeObject>(
    ref: ResourceRef<T>,
    namespace: string | null,
    name: string,
    options?: CallOptions,
  ): Task<ApiResult<T>> => perform(requests.get(ref, namespace, name, options)),

  list: <T extends KubeObject>(
    ref: ResourceRef<T>,
    namespace: string | null,
    options?: ListOptions,
  ): Task<ApiResult<KubeList<T>>> => perform(requests.list(ref, namespace, options)),

  create: <T extends KubeObject>(
    ref: ResourceRef<T>,
    object: Draft<T>,
    options?: CallOptions,
  ): Task<ApiResult<T>> => perform(requests.create(ref, object, options)),

  update: <T extends KubeObject>(ref: ResourceRef<T>, object: T, options?: CallOptions): Task<ApiResult<T>> =>
    perform(requests.update(ref, object, options)),

  updateStatus: <T extends KubeObject>(
    ref: ResourceRef<T>,
    object: T,
    options?: CallOptions,
  ): Task<ApiResult<T>> => perform(requests.updateStatus(ref, object, options)),

  patch: <T extends KubeObject>(
    ref: ResourceRef<T>,
    namespace: string | null,
    name: string,
    type: PatchType,
    body: unknown,
    subresource?: string,
  ): Task<ApiResult<T>> => perform(requests.patch(ref, namespace, name, type, body, subresource)),

  /** The result is the object where it lives on (grace, finalizers), or a Status. */
  delete: (
    ref: ResourceRef<KubeObject>,
    namespace: string | null,
    name: string,
    options?: DeleteOptions,
  ): Task<ApiResult<unknown>> => perform(requests.delete(ref, namespace, name, options)),

  bind: (pod: Pod, nodeName: string, options?: CallOptions): Task<ApiResult<unknown>> => {
    const { namespace, name, uid } = pod.metadata
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { namespace, name, uid },
      target: { kind: 'Node', name: nodeName },
    }
    return perform(effectOf(send('POST', resourcePath(PODS, namespace, name, 'binding'), body), options))
  },

  raw: (request: HttpRequest, options?: CallOptions): Task<ApiResult<unknown>> =>
    perform(effectOf(request, options)),
} as const

export function sleep(micros: number): Task<void> {
  const effect: SleepEffect = { effect: 'sleep', micros }
  return perform<void>(effect)
}

function listQuery(options: ListOptions): Readonly<Record<string, string>> {
  const query: Record<string, string> = {}
  if (options.labelSelector !== undefined) query.labelSelector = options.labelSelector
  if (options.fieldSelector !== undefined) query.fieldSelector = options.fieldSelector
  if (options.limit !== undefined) query.limit = String(options.limit)
  if (options.continue !== undefined) query.continue = options.continue
  if (options.resourceVersion !== undefined) query.resourceVersion = options.resourceVersion
  return query
}

/** Whether a request failed in this way: `failedWith(result, 'NotFound')`. */
export function failedWith(result: ApiResult<unknown>, reason: StatusReason | TransportReason): boolean {
  return !result.ok && result.status.reason === reason
}

export function read(path: string, query: Readonly<Record<string, string>>): HttpRequest {
  return { method: 'GET', path, query, headers: NOTHING }
}

function send(method: HttpMethod, path: string, body: unknown): HttpRequest {
  return { method, path, query: NOTHING, headers: JSON_HEADERS, body }
}

function objectPath(ref: ResourceRef<KubeObject>, object: KubeObject, subresource?: string): string {
  return resourcePath(ref, object.metadata.namespace ?? null, object.metadata.name, subresource)
}

function effectOf(request: HttpRequest, options?: CallOptions): RequestEffect {
  const timeoutMicros = options?.timeoutMicros
  return timeoutMicros === undefined
    ? { effect: 'request', request }
    : { effect: 'request', request, timeoutMicros }
}
