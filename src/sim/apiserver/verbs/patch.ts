// PATCH: JSON patch, JSON merge patch and strategic merge patch, applied to the present object and again when somebody
// else was faster. Models apiserver/pkg/endpoints/handlers/patch.go; leaves out server-side apply.

import type { HttpResponse } from '../../api/http.ts'
import { CONTENT_JSON_PATCH, CONTENT_MERGE_PATCH, CONTENT_STRATEGIC_MERGE_PATCH } from '../../api/http.ts'
import type { Json, JsonObject } from '../../api/json.ts'
import { asJson, isJsonObject } from '../../api/json.ts'
import { applyJsonPatch } from '../../api/json-patch.ts'
import { applyMergePatch } from '../../api/merge-patch.ts'
import type { KubeObject } from '../../api/objects.ts'
import { badRequest, unsupportedMediaType } from '../../api/status.ts'
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
  const { object } = decodeObject(call, definition, result)
  return object
}

function applyPatch(call: ResourceCall, definition: KindDefinition, target: JsonObject): Json {
  const body = call.request.body as Json
  switch (contentType(call)) {
    case CONTENT_JSON_PATCH: {
      const result = applyJsonPatch(target, body)
      // A patch that cannot be applied is well-formed and still wrong: upstream answers 422 without details.
      return 'error' in result
        ? reject({ ...plainFailure(result.error, 422), reason: 'Invalid' })
        : result.value
    }
    case CONTENT_MERGE_PATCH:
      return isJsonObject(body)
        ? applyMergePatch(target, body)
        : reject(badRequest('error decoding patch: not a JSON object'))
    default: {
      const result = applyStrategicMergePatch(definition.kind, target, body)
      return 'error' in result ? reject(badRequest(result.error)) : result.value
    }
  }
}

function contentType(call: ResourceCall): string {
  const header = call.request.headers['content-type'] ?? ''
  const type = header.split(';')[0]?.trim() ?? ''
  return CONTENT_TYPES.includes(type) ? type : reject(unsupportedMediaType(CONTENT_TYPES))
}
