// GET, PUT and PATCH of <workload>/scale: the replicas alone. Models kubernetes/pkg/registry/apps (ScaleREST) and the
// autoscaling/v1 Scale, by the paths that a kind declares.
import { FieldPath, invalid } from '../../api/field-errors.ts'
import type { HttpResponse } from '../../api/http.ts'
import { CONTENT_JSON_PATCH } from '../../api/http.ts'
import type { Json, JsonObject } from '../../api/json.ts'
import { asJson, isJsonObject } from '../../api/json.ts'
import { formatSelector, selectorFromObject } from '../../api/label-selector.ts'
import { jsonPatches } from '../../api/late-json-patch.ts'
import { applyMergePatch } from '../../api/merge-patch.ts'
import type { KubeObject, LabelSelector } from '../../api/objects.ts'
import { asResourceVersion, asUid } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { badRequest, invalidObject, notFound, pathNotFound } from '../../api/status.ts'
import type { Task } from '../../kernel/task.ts'
import type { ResourceCall } from '../request.ts'
import { etcdKey, phase, reject, rejectIn, respond } from '../request.ts'
import { readObject } from '../storage.ts'
import { patchResult } from '../verbs/patch.ts'
import { changeObject } from '../verbs/update.ts'

export function* scale(call: ResourceCall): Task<HttpResponse> {
  const { definition, route } = call
  if (definition.scale === undefined) return reject(pathNotFound())
  switch (route.verb) {
    case 'get': {
      const read = yield* readObject(etcdKey(call))
      if (!read.ok) return yield* rejectIn(call, 'storage', read.status)
      if (read.value === null) return reject(notFound(definition, route.name))
      yield* phase(call, 'storage', () => [`read ${etcdKey(call)}`])
      return respond(scaleOf(read.value))
    }
    case 'update':
      return respond(scaleOf(yield* changeReplicas(call, () => call.request.body as Json)))
    case 'patch':
      return respond(scaleOf(yield* changeReplicas(call, (current) => patchedScale(call, current))))
    default:
      return reject(pathNotFound())
  }
}

/** Written as an update of the whole object, so that its generation and validation follow. */
function* changeReplicas(call: ResourceCall, wanted: (scale: JsonObject) => Json): Task<KubeObject> {
  const whole: ResourceCall = { ...call, route: { ...call.route, subresource: '' } }
  return yield* changeObject(whole, (current) => {
    const scale = wanted(asJson(scaleOf(current)))
    if (!isJsonObject(scale)) return reject(badRequest('the body of the request is no Scale'))
    const spec = scale.spec ?? {}
    const replicas = isJsonObject(spec) ? (spec.replicas ?? 0) : 0
    if (typeof replicas !== 'number' || (replicas | 0) !== replicas) {
      const shown = typeof replicas === 'number' ? `number ${replicas}` : typeof replicas
      const message = `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${shown} into Go struct field ScaleSpec.spec.replicas of type int32`
      return reject(badRequest(message))
    }
    if (replicas < 0) return reject(negative(current.metadata.name, replicas))
    return withReplicas(current, replicas, scale.metadata)
  })
}

function withReplicas(current: KubeObject, replicas: number, sent: Json | undefined): KubeObject {
  const meta = isJsonObject(sent ?? null) ? (sent as JsonObject) : {}
  const { resourceVersion, uid } = meta
  const metadata = {
    ...current.metadata,
    resourceVersion: asResourceVersion(
      typeof resourceVersion === 'string' ? resourceVersion : current.metadata.resourceVersion,
    ),
    uid: typeof uid === 'string' && uid !== '' ? asUid(uid) : current.metadata.uid,
  }
  return { ...current, metadata, ...{ spec: { ...specOf(current), replicas } } }
}

function patchedScale(call: ResourceCall, current: JsonObject): Json {
  const body = call.request.body as Json
  if (call.request.headers['content-type']?.startsWith(CONTENT_JSON_PATCH) !== true)
    return applyMergePatch(current, body)
  const result = jsonPatches.get().applyJsonPatch(current, body)
  return patchResult(result)
}

const negative = (name: string, replicas: number): Status =>
  invalidObject({ group: 'autoscaling', kind: 'Scale' }, name, [
    invalid(FieldPath.root('spec').child('replicas'), replicas, 'must be greater than or equal to 0'),
  ])

interface ScalableSpec {
  readonly replicas?: number
  readonly selector?: LabelSelector
}

function specOf(object: KubeObject): ScalableSpec {
  return (object as KubeObject & { readonly spec?: ScalableSpec }).spec ?? {}
}

function scaleOf(object: KubeObject): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const { replicas = 0, selector } = specOf(object)
  const status = (object as KubeObject & { readonly status?: { readonly replicas?: number } }).status
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion,
      creationTimestamp,
    },
    spec: { replicas },
    status: { replicas: status?.replicas ?? 0, selector: formatSelector(selectorFromObject(selector)) },
  }
}
