// Deletes what is in a namespace, kind by kind, Pods first. Models
// pkg/controller/namespace/deletion/namespaced_resources_deleter.go.
import type { Json } from '../../api/json.ts'
import { isJsonArray, isJsonObject } from '../../api/json.ts'
import type { KubeList, KubeObject, Pod } from '../../api/objects.ts'
import type { ResourceRef } from '../../api/resources.ts'
import { resourcePath } from '../../api/resources.ts'
import type { ApiResult } from '../../client/index.ts'
import { api, failedWith } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import type { Findings } from './conditions.ts'

export interface Pass extends Findings {
  /** In how many seconds it is worth looking again; 0: nothing is left. */
  readonly estimateSeconds: number
}

/** How long a finalizer may take, as a guess. */
const FINALIZER_SECONDS = 15

export function* deleteContent(namespace: string): Task<Pass> {
  const { resources, error } = yield* discover()
  const contentErrors: string[] = []
  const remaining: Record<string, number> = {}
  const finalizers: Record<string, number> = {}
  let estimateSeconds = 0
  for (const ref of resources) {
    const left = yield* deleteCollection(ref, namespace)
    if (typeof left === 'string') contentErrors.push(left)
    else if (left.length > 0) {
      remaining[ref.group === '' ? `${ref.resource}.` : `${ref.resource}.${ref.group}`] = left.length
      for (const finalizer of left.flatMap(({ metadata }) => metadata.finalizers ?? [])) {
        finalizers[finalizer] = (finalizers[finalizer] ?? 0) + 1
      }
      estimateSeconds = Math.max(estimateSeconds, estimate(ref, left))
      // Until every Pod is gone, what Pods may still need (their Secrets, say) stays.
      if (ref.resource === 'pods') break
    }
  }
  return { discoveryError: error, contentErrors, remaining, finalizers, estimateSeconds }
}

function estimate(ref: ResourceRef<KubeObject>, left: readonly KubeObject[]): number {
  const held = left.some(({ metadata }) => (metadata.finalizers ?? []).length > 0)
  if (ref.resource !== 'pods') return FINALIZER_SECONDS
  let longest = held ? FINALIZER_SECONDS : 0
  for (const pod of left as readonly Pod[]) {
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') continue
    longest = Math.max(longest, pod.spec.terminationGracePeriodSeconds ?? 0)
  }
  return Math.max(1, longest)
}

/** What is left after a request to delete all, or why it failed. */
function* deleteCollection(
  ref: ResourceRef<KubeObject>,
  namespace: string,
): Task<readonly KubeObject[] | string> {
  const before = yield* api.list(ref, namespace)
  if (!before.ok) return failedWith(before, 'NotFound') ? [] : (before.status.message ?? 'list failed')
  if (before.object.items.length === 0) return []
  const path = resourcePath(ref, namespace)
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' }
  const headers = { 'content-type': 'application/json' }
  const deleted = yield* api.raw({ method: 'DELETE', path, query: {}, headers, body })
  if (!deleted.ok) return deleted.status.message ?? 'delete failed'
  const after: ApiResult<KubeList> = yield* api.list(ref, namespace)
  return after.ok ? after.object.items : (after.status.message ?? 'list failed')
}

interface Discovered {
  readonly resources: readonly ResourceRef<KubeObject>[]
  readonly error: string | null
}

/** Every namespaced resource that can be listed and deleted, whatever kinds this cluster serves; Pods come first. */
function* discover(): Task<Discovered> {
  const groups = yield* api.raw({ method: 'GET', path: '/apis', query: {}, headers: {} })
  const versions = groups.ok ? groupVersions(groups.object) : []
  const resources: ResourceRef<KubeObject>[] = []
  let error = groups.ok ? null : (groups.status.message ?? 'discovery failed')
  for (const [group, version] of [['', 'v1'] as const, ...versions]) {
    const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
    const found = yield* api.raw({ method: 'GET', path, query: {}, headers: {} })
    if (found.ok) resources.push(...resourcesOf(found.object, group, version))
    else error = found.status.message ?? 'discovery failed'
  }
  const pods = resources.filter(({ resource, group }) => resource === 'pods' && group === '')
  return { resources: [...pods, ...resources.filter((ref) => !pods.includes(ref))], error }
}

const member = (value: unknown, name: string): Json | undefined =>
  isJsonObject(value) ? value[name] : undefined

function items(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : []
}

function text(value: unknown, name: string): string {
  const found = member(value, name)
  return typeof found === 'string' ? found : ''
}

function groupVersions(document: unknown): readonly (readonly [string, string])[] {
  return items(member(document, 'groups')).map((group) => {
    const preferred = text(member(group, 'preferredVersion'), 'version')
    return [text(group, 'name'), preferred] as const
  })
}

function resourcesOf(document: unknown, group: string, version: string): readonly ResourceRef<KubeObject>[] {
  return items(member(document, 'resources')).flatMap((entry) => {
    const verbs = items(member(entry, 'verbs'))
    const resource = text(entry, 'name')
    const usable =
      member(entry, 'namespaced') === true && verbs.includes('deletecollection') && verbs.includes('list')
    if (!usable || resource.includes('/')) return []
    return [{ group, version, resource, kind: text(entry, 'kind'), namespaced: true }]
  })
}
