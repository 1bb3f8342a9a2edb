// metav1.Status: how the apiserver says that a request failed, with its real codes, reasons and messages.
// Models apimachinery/pkg/api/errors.
import type { FieldError } from './field-errors.ts'
import { aggregateText } from './field-errors.ts'

export interface StatusCause {
  readonly reason?: string
  readonly message?: string
  readonly field?: string
}

export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Readonly<Record<string, never>>
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: StatusReason
  readonly details?: StatusDetails
  readonly code?: number
}

export type StatusReason =
  | 'AlreadyExists'
  | 'BadRequest'
  | 'Conflict'
  | 'Expired'
  | 'Forbidden'
  | 'Gone'
  | 'InternalError'
  | 'Invalid'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'NotFound'
  | 'RequestEntityTooLarge'
  | 'ServerTimeout'
  | 'ServiceUnavailable'
  | 'Timeout'
  | 'TooManyRequests'
  | 'Unauthorized'
  | 'UnsupportedMediaType'

export interface GroupResource {
  readonly group: string
  readonly resource: string
}

export interface GroupKind {
  readonly group: string
  readonly kind: string
}

const MODIFIED_MESSAGE =
  'the object has been modified; please apply your changes to the latest version and try again'

/** `pods`, or `deployments.apps` outside the core group. */
export function resourceText(resource: GroupResource): string {
  return resource.group === '' ? resource.resource : `${resource.resource}.${resource.group}`
}

function kindText(kind: GroupKind): string {
  return kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`
}

export function success(details?: StatusDetails): Status {
  const [kind, apiVersion, metadata, status] = ['Status', 'v1', {}, 'Success'] as const
  return details === undefined
    ? { kind, apiVersion, metadata, status }
    : { kind, apiVersion, metadata, status, details }
}

export function notFound(resource: GroupResource, name: string): Status {
  return failure(
    404,
    'NotFound',
    `${resourceText(resource)} "${name}" not found`,
    resourceDetails(resource, name),
  )
}

/** The answer for a path that no handler serves. */
export function pathNotFound(): Status {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {})
}

export function alreadyExists(resource: GroupResource, name: string): Status {
  const message = `${resourceText(resource)} "${name}" already exists`
  return failure(409, 'AlreadyExists', message, resourceDetails(resource, name))
}

export function generateNameConflict(
  resource: GroupResource,
  name: string,
  retryAfterSeconds: number,
): Status {
  const message = `${resourceText(resource)} "${name}" already exists, the server was not able to generate a unique name for the object`
  return failure(409, 'AlreadyExists', message, { ...resourceDetails(resource, name), retryAfterSeconds })
}

export function conflict(resource: GroupResource, name: string, cause = MODIFIED_MESSAGE): Status {
  const message = `Operation cannot be fulfilled on ${resourceText(resource)} "${name}": ${cause}`
  return failure(409, 'Conflict', message, resourceDetails(resource, name))
}

export function invalidObject(kind: GroupKind, name: string, errors: readonly FieldError[]): Status {
  const causes = errors.map((error) => ({ reason: error.type, message: error.body, field: error.field }))
  const message = `${kindText(kind)} "${name}" is invalid`
  return failure(422, 'Invalid', errors.length === 0 ? message : `${message}: ${aggregateText(errors)}`, {
    name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    causes,
  })
}

export function badRequest(message: string): Status {
  return failure(400, 'BadRequest', message)
}

export function forbiddenRequest(resource: GroupResource, name: string, cause: string): Status {
  const subject = name === '' ? resourceText(resource) : `${resourceText(resource)} "${name}"`
  return failure(403, 'Forbidden', `${subject} is forbidden: ${cause}`, resourceDetails(resource, name))
}

export function methodNotSupported(resource: GroupResource, action: string): Status {
  const message = `${action} is not supported on resources of kind "${resourceText(resource)}"`
  return failure(405, 'MethodNotAllowed', message, resourceDetails(resource, ''))
}

/** For a path and method that no handler takes, before the resource is known. */
export function methodNotAllowed(): Status {
  return failure(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  )
}

export function resourceExpired(message: string): Status {
  return failure(410, 'Expired', message)
}

/** A watch or list from a revision older than what is kept: `too old resource version: 5 (10)`. */
export function tooOldResourceVersion(requested: string | number, oldest: string | number): Status {
  return resourceExpired(`too old resource version: ${requested} (${oldest})`)
}

/** The cache has not reached a revision that the client already saw; it may retry after a second. */
export function tooLargeResourceVersion(requested: string | number, current: string | number): Status {
  const message = `Too large resource version: ${requested}, current: ${current}`
  return failure(504, 'Timeout', `Timeout: ${message}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}

export function unauthorized(): Status {
  return failure(401, 'Unauthorized', 'Unauthorized')
}

/** `said`: the server's own words, which are no Status. */
export function tooManyRequests(message: string, said: string, retryAfterSeconds = 1): Status {
  const causes = [{ reason: 'UnexpectedServerResponse', message: said }]
  return failure(429, 'TooManyRequests', message, { causes, retryAfterSeconds })
}

export function serviceUnavailable(message: string): Status {
  return failure(503, 'ServiceUnavailable', message)
}

export function internalServerError(cause: string): Status {
  return failure(500, 'InternalError', `Internal error occurred: ${cause}`, { causes: [{ message: cause }] })
}

export function requestEntityTooLarge(message: string): Status {
  return failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`)
}

export function unsupportedMediaType(supported: readonly string[]): Status {
  const message = `the body of the request was in an unknown format - accepted media types include: ${supported.join(', ')}`
  return failure(415, 'UnsupportedMediaType', message, {})
}

export function isStatus(value: unknown): value is Status {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Status'
}

function failure(code: number, reason: StatusReason, message: string, details?: StatusDetails): Status {
  const [kind, apiVersion, metadata, status] = ['Status', 'v1', {}, 'Failure'] as const
  return details === undefined
    ? { kind, apiVersion, metadata, status, message, reason, code }
    : { kind, apiVersion, metadata, status, message, reason, details, code }
}

function resourceDetails(resource: GroupResource, name: string): StatusDetails {
  const { group, resource: kind } = resource
  if (name === '') return group === '' ? { kind } : { group, kind }
  return group === '' ? { name, kind } : { name, group, kind }
}
