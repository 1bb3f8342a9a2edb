// PATCH: JSON patch, JSON merge patch and strategic merge patch, applied to the present object and again when somebody
// else was faster. Models apiserver/pkg/endpoints/handlers/patch.go; leaves out server-side apply.

import { FieldPath, invalid } from '../../api/field-errors.ts'
import type { HttpResponse } from '../../api/http.ts'
import { CONTENT_JSON_PATCH, CONTENT_MERGE_PATCH, CONTENT_STRATEGIC_MERGE_PATCH } from '../../api/http.ts'
import type { Json, JsonObject } from '../../api/json.ts'
import { asJson, isJsonArray, isJsonObject } from '../../api/json.ts'
import type { PatchResult } from '../../api/json-patch.ts'
import { jsonPatches } from '../../api/late-json-patch.ts'
import { applyMergePatch } from '../../api/merge-patch.ts'
import type { KubeObject } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { badRequest, invalidObject, requestEntityTooLarge, unsupportedMediaType } from '../../api/status.ts'
import { goText } from '../../api/strategic-lists.ts'
import { applyStrategicMergePatch } from '../../api/strategic-merge-patch.ts'
import type { Task } from '../../kernel/task.ts'
import { decodeObject } from '../body.ts'
import { plainFailure } from '../failures.ts'
import type { KindDefinition } from '../kinds/runtime/kind-definition.ts'
import type { ResourceCall } from '../request.ts'
import { reject, respond } from '../request.ts'
import { changeObject } from './update.ts'

const CONTENT_TYPES: readonly string[] = [
  CONTENT_JSON_PATCH,
  CONTENT_MERGE_PATCH,
  CONTENT_STRATEGIC_MERGE_PATCH,
]

export function* patch(call: ResourceCall): Task<HttpResponse> {
  contentType(call)
  const changed = yield* changeObject(call, (current) => patched(call, call.definition, current))
  return respond(changed)
}

/** The object as the patch makes it. */
function patched(call: ResourceCall, definition: KindDefinition, current: KubeObject): KubeObject {
  const result = applyPatch(call, definition, asJson(current))
  if (!isJsonObject(result)) return reject(badRequest('the patch does not result in an object'))
  const refusal = (cause: string): Status => undecodable(call, result, cause)
  const { object } = decodeObject(call, definition, result, refusal, current)
  return object
}

/** Upstream shows the whole result of a JSON patch, and of a strategic one the patch itself as Go prints it. */
function undecodable(call: ResourceCall, result: JsonObject, cause: string): Status {
  const strategic = contentType(call) === CONTENT_STRATEGIC_MERGE_PATCH
  const shown = strategic ? goText(call.request.body as Json) : JSON.stringify(result)
  return invalidObject({ group: '', kind: '' }, '', [invalid(FieldPath.root('patch'), shown, cause)])
}

function applyPatch(call: ResourceCall, definition: KindDefinition, target: JsonObject): Json {
  const body = call.request.body as Json
  switch (contentType(call)) {
    case CONTENT_JSON_PATCH:
      if (isJsonArray(body) && body.length > jsonPatches.get().MAX_JSON_PATCH_OPERATIONS) {
        const allowed = `The allowed maximum operations in a JSON patch is ${jsonPatches.get().MAX_JSON_PATCH_OPERATIONS}`
        return reject(requestEntityTooLarge(`${allowed}, got ${body.length}`))
      }
      return patchResult(jsonPatches.get().applyJsonPatch(target, body))
    case CONTENT_MERGE_PATCH:
      return isJsonObject(body)
        ? applyMergePatch(target, body)
        : reject(badRequest('error decoding patch: not a JSON object'))
    default:
      return patchResult(applyStrategicMergePatch(definition.kind, target, body))
  }
}

/** Upstream keeps the reason why a well-formed patch does not apply to itself. */
export function patchResult(result: PatchResult): Json {
  if (!('error' in result)) return result.value
  if (result.code === 400) return reject(badRequest(result.error))
  if (result.code === 413) return reject(requestEntityTooLarge(result.error))
  if (result.code === 500) return reject(plainFailure(result.error))
  const message = 'the server rejected our request due to an error in our request'
  return reject({ ...plainFailure(message, 422), reason: 'Invalid', details: {} })
}

function contentType(call: ResourceCall): string {
  const header = call.request.headers['content-type'] ?? ''
  const type = header.split(';')[0]?.trim() ?? ''
  return CONTENT_TYPES.includes(type) ? type : reject(unsupportedMediaType(CONTENT_TYPES))
}
