// Validation of what a kubelet does to a container: probes and lifecycle hooks. Models validateHandler and its callers in
// kubernetes/pkg/apis/core/validation; leaves out the headers of HTTP requests.
import type { FieldError, FieldPath } from '../../api/field-errors.ts'
import { forbidden, invalid, isNonNegative, notSupported, required } from '../../api/field-errors.ts'
import { isValidPortName, isValidPortNumber } from '../../api/name-formats.ts'
import type { Container, Probe } from '../../api/objects.ts'
import { isBlank } from '../kinds/runtime/object-meta.ts'

type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & {
  readonly sleep?: { readonly seconds: number }
}
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const

export function oneOf(
  value: string | undefined,
  supported: readonly string[],
  path: FieldPath,
): FieldError[] {
  if (isBlank(value)) return [required(path)]
  return supported.includes(value) ? [] : [notSupported(path, value, supported)]
}

export function portNumber(port: number, path: FieldPath): FieldError[] {
  return isValidPortNumber(port).map((message) => invalid(path, port, message))
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const

export function validateProbes(container: Container, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  for (const name of PROBES) {
    const probe = container[name]
    if (probe === undefined) continue
    const at = path.child(name)
    errors.push(...validateProbe(probe, at))
    if (name !== 'readinessProbe' && probe.successThreshold !== 1) {
      errors.push(invalid(at.child('successThreshold'), probe.successThreshold, 'must be 1'))
    }
    const grace = probe.terminationGracePeriodSeconds
    if (name === 'readinessProbe' && grace !== undefined) {
      const detail = 'must not be set for readinessProbes'
      errors.push(invalid(at.child('terminationGracePeriodSeconds'), grace, detail))
    }
  }
  return errors
}

export function refuseProbes(container: Container, path: FieldPath): FieldError[] {
  const refused = ['lifecycle', ...PROBES] as const
  return refused
    .filter((name) => container[name] !== undefined)
    .map((name) =>
      forbidden(path.child(name), 'may not be set for init containers without restartPolicy=Always'),
    )
}

function validateProbe(probe: Probe, path: FieldPath): FieldError[] {
  const errors = validateHandler(probe, path)
  for (const field of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const) {
    errors.push(...isNonNegative(probe[field], path.child(field)))
  }
  const grace = probe.terminationGracePeriodSeconds
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(path.child('terminationGracePeriodSeconds'), grace, 'must be greater than 0'))
  }
  return errors
}

/** One handler, of which only the first is looked into where there are more. */
function validateHandler(handler: Handler, path: FieldPath, grace?: number): FieldError[] {
  const [first, ...others] = HANDLERS.filter((name) => handler[name] !== undefined)
  if (first === undefined) return [required(path, 'must specify a handler type')]
  return [
    ...validateAction(handler, path.child(first), grace),
    ...others.map((name) => forbidden(path.child(name), 'may not specify more than 1 handler type')),
  ]
}

function validateAction(handler: Handler, path: FieldPath, grace: number | undefined): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  if (exec !== undefined) return (exec.command ?? []).length === 0 ? [required(path.child('command'))] : []
  if (httpGet !== undefined) {
    const errors = isBlank(httpGet.path) ? [required(path.child('path'))] : []
    errors.push(...validatePortReference(httpGet.port, path.child('port')))
    const { scheme = '' } = httpGet
    if (scheme !== 'HTTP' && scheme !== 'HTTPS')
      errors.push(notSupported(path.child('scheme'), scheme, ['HTTP', 'HTTPS']))
    return errors
  }
  if (tcpSocket !== undefined) return validatePortReference(tcpSocket.port, path.child('port'))
  if (grpc !== undefined) return portNumber(grpc.port, path.child('port'))
  if (sleep === undefined || grace === undefined) return []
  if (sleep.seconds >= 0 && sleep.seconds <= grace) return []
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`
  return [invalid(path, sleep.seconds, detail)]
}

export function validateLifecycle(
  { lifecycle }: Container,
  grace: number | undefined,
  path: FieldPath,
): FieldError[] {
  const at = path.child('lifecycle')
  return (['postStart', 'preStop'] as const).flatMap((hook) => {
    const handler = lifecycle?.[hook]
    return handler === undefined ? [] : validateHandler(handler, at.child(hook), grace)
  })
}

/** A port by number or by the name of a container port. */
export function validatePortReference(port: number | string | undefined, path: FieldPath): FieldError[] {
  if (typeof port === 'string') return isValidPortName(port).map((message) => invalid(path, port, message))
  return portNumber(port ?? 0, path)
}
