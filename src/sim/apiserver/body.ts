// The object in a request's body: decoded against the schema of its kind, or refused in the real server's words.
// Models apiserver/pkg/endpoints/handlers (create.go, update.go) and its strict field validation.
import { cannotBeHandled, decode, strictDecodingError } from '../api/decode.ts'
import type { Json } from '../api/json.ts'
import { extended, isJsonObject } from '../api/json.ts'
import type { KubeObject, ObjectMeta } from '../api/objects.ts'
import { apiVersionOf, asResourceVersion, asUid } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import { badRequest } from '../api/status.ts'
import type { KindDefinition } from './kinds/runtime/kind-definition.ts'
import type { ResourceCall } from './request.ts'
import { reject } from './request.ts'

export interface DecodedBody {
  readonly object: KubeObject
  readonly warnings: readonly string[]
}

type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

function fieldValidation(call: ResourceCall): FieldValidation {
  const text = call.request.query.fieldValidation ?? 'Warn'
  if (text === 'Ignore' || text === 'Warn' || text === 'Strict') return text
  return reject(
    badRequest(`fieldValidation: Unsupported value: "${text}": supported values: "Ignore", "Warn", "Strict"`),
  )
}

/**
 * The object with defaults, every field of its metadata that storage guarantees present, if only as an empty text.
 * What it shares with a `trusted` one, which went through this before, is not looked at again.
 */
export function decodeObject(
  call: ResourceCall,
  definition: KindDefinition,
  body: unknown,
  refusal: (cause: string) => Status = (cause) =>
    badRequest(cannotBeHandled(definition.kind, definition.version, cause)),
  trusted?: KubeObject,
): DecodedBody {
  if (!isJsonObject(body)) reject(badRequest('the body of the request was not a JSON object'))
  const apiVersion = apiVersionOf(definition)
  checkKind(body, definition, apiVersion)
  const decoded = decode(definition.kind, body, trusted)
  if ('error' in decoded) return reject(refusal(decoded.error))
  const mode = fieldValidation(call)
  if (mode === 'Strict' && decoded.strictErrors.length > 0) {
    return reject(refusal(strictDecodingError(decoded.strictErrors)))
  }
  const { object } = decoded
  const metadata = completeMeta(object.metadata)
  const { kind } = definition
  const sent: Partial<KubeObject> = object
  const isTyped = sent.apiVersion === apiVersion && sent.kind === kind && sent.metadata === metadata
  const typed = isTyped ? (object as object as KubeObject) : extended(object, { apiVersion, kind, metadata })
  return {
    object: definition.applyDefaults(typed, trusted),
    warnings: mode === 'Warn' ? decoded.strictErrors : [],
  }
}

function checkKind(
  body: Readonly<Record<string, Json>>,
  definition: KindDefinition,
  apiVersion: string,
): void {
  const sentVersion = body.apiVersion ?? apiVersion
  const sentKind = body.kind ?? definition.kind
  if (sentVersion !== apiVersion && sentVersion !== '') {
    const message = `the API version in the data (${String(sentVersion)}) does not match the expected API version (${apiVersion})`
    reject(badRequest(message))
  }
  if (sentKind !== definition.kind && sentKind !== '') {
    const message = `${String(sentKind)} in version "${definition.version}" cannot be handled as a ${definition.kind}: the kind in the data (${String(sentKind)}) does not match the expected kind (${definition.kind})`
    reject(badRequest(message))
  }
}

function completeMeta(value: Json | undefined): ObjectMeta {
  const meta = isJsonObject(value) ? (value as Partial<ObjectMeta>) : {}
  if (isComplete(meta)) return meta
  const { name = '', uid = asUid(''), resourceVersion = asResourceVersion(''), creationTimestamp = '' } = meta
  return extended(meta, { name, uid, resourceVersion, creationTimestamp })
}

function isComplete(meta: Partial<ObjectMeta>): meta is ObjectMeta {
  const { name, uid, resourceVersion, creationTimestamp } = meta
  return (
    name !== undefined &&
    uid !== undefined &&
    resourceVersion !== undefined &&
    creationTimestamp !== undefined
  )
}

/** `299` warnings, as kubectl prints them. */
export function warningHeaders(warnings: readonly string[]): Readonly<Record<string, string>> {
  const value = warnings.map((warning) => `299 - ${JSON.stringify(warning)}`).join(', ')
  return { 'content-type': 'application/json', warning: value }
}
