// Validation of containers. Models validateContainers and validateInitContainers of
// kubernetes/pkg/apis/core/validation; leaves out security contexts, resize policies and volume devices.
import type { FieldError, FieldPath } from '../../api/field-errors.ts'
import {
  duplicate,
  forbidden,
  invalid,
  isNonNegative,
  notFound,
  notSupported,
  required,
} from '../../api/field-errors.ts'
import { isDNS1123Label, isEnvVarName, isValidPortName, isValidPortNumber } from '../../api/name-formats.ts'
import type { Container, ContainerPort, Probe } from '../../api/objects.ts'
import { isBlank } from '../kinds/runtime/object-meta.ts'
import { validateResources } from './resources-validation.ts'

export const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP']
const PULL_POLICIES: readonly string[] = ['Always', 'IfNotPresent', 'Never']
const MESSAGE_POLICIES: readonly string[] = ['FallbackToLogsOnError', 'File']

export interface ContainerContext {
  readonly volumeNames: ReadonlySet<string>
  readonly hostNetwork: boolean
}

/** All containers of a pod: a name may not occur twice among them and the init containers. */
export function validateContainers(
  containers: readonly Container[],
  initContainers: readonly Container[],
  context: ContainerContext,
  specPath: FieldPath,
): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  const path = specPath.child('containers')
  if (containers.length === 0) errors.push(required(path))
  containers.forEach((container, index) => {
    const at = path.index(index)
    errors.push(...validateName(container, names, at), ...validateContainer(container, context, at))
    errors.push(...validateProbes(container, at))
  })
  errors.push(...validateHostPortsUnique(containers, path))
  initContainers.forEach((container, index) => {
    const at = specPath.child('initContainers').index(index)
    errors.push(...validateName(container, names, at), ...validateContainer(container, context, at))
    errors.push(
      ...(container.restartPolicy === 'Always' ? validateProbes(container, at) : refuseProbes(container, at)),
    )
  })
  return errors
}

function validateName(container: Container, names: Set<string>, path: FieldPath): FieldError[] {
  const at = path.child('name')
  if (isBlank(container.name)) return [required(at)]
  const errors = isDNS1123Label(container.name).map((message) => invalid(at, container.name, message))
  if (names.has(container.name)) errors.push(duplicate(at, container.name))
  names.add(container.name)
  return errors
}

function validateContainer(container: Container, context: ContainerContext, path: FieldPath): FieldError[] {
  const image = container.image ?? ''
  const errors: FieldError[] = []
  if (image === '') errors.push(required(path.child('image')))
  else if (image !== image.trim()) {
    errors.push(invalid(path.child('image'), image, 'must not have leading or trailing whitespace'))
  }
  errors.push(
    ...oneOf(container.terminationMessagePolicy, MESSAGE_POLICIES, path.child('terminationMessagePolicy')),
  )
  errors.push(...validatePorts(container.ports ?? [], context.hostNetwork, path.child('ports')))
  errors.push(...validateEnv(container, path.child('env')))
  errors.push(...validateVolumeMounts(container, context.volumeNames, path.child('volumeMounts')))
  errors.push(...oneOf(container.imagePullPolicy, PULL_POLICIES, path.child('imagePullPolicy')))
  errors.push(...validateResources(container.resources, path.child('resources')))
  return errors
}

export function oneOf(
  value: string | undefined,
  supported: readonly string[],
  path: FieldPath,
): FieldError[] {
  if (isBlank(value)) return [required(path)]
  return supported.includes(value) ? [] : [notSupported(path, value, supported)]
}

function validatePorts(ports: readonly ContainerPort[], hostNetwork: boolean, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  ports.forEach((port, index) => {
    const at = path.index(index)
    if (!isBlank(port.name)) {
      const messages = isValidPortName(port.name)
      for (const message of messages) errors.push(invalid(at.child('name'), port.name, message))
      if (messages.length === 0 && names.has(port.name)) errors.push(duplicate(at.child('name'), port.name))
      names.add(port.name)
    }
    if (port.containerPort === undefined || port.containerPort === 0)
      errors.push(required(at.child('containerPort')))
    else errors.push(...portNumber(port.containerPort, at.child('containerPort')))
    const hostPort = port.hostPort ?? 0
    if (hostPort !== 0) errors.push(...portNumber(hostPort, at.child('hostPort')))
    if (hostNetwork && hostPort !== port.containerPort) {
      const detail = 'must match `hostPort` when `hostNetwork` is true'
      errors.push(invalid(at.child('containerPort'), port.containerPort, detail))
    }
    errors.push(...oneOf(port.protocol, PROTOCOLS, at.child('protocol')))
  })
  return errors
}

function portNumber(port: number, path: FieldPath): FieldError[] {
  return isValidPortNumber(port).map((message) => invalid(path, port, message))
}

function validateHostPortsUnique(containers: readonly Container[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  const taken = new Set<string>()
  containers.forEach((container, index) => {
    container.ports?.forEach((port, portIndex) => {
      if (port.hostPort === undefined || port.hostPort === 0) return
      const key = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`
      const at = path.index(index).child('ports').index(portIndex).child('hostPort')
      if (taken.has(key)) errors.push(duplicate(at, key))
      taken.add(key)
    })
  })
  return errors
}

function validateEnv(container: Container, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  container.env?.forEach((variable, index) => {
    const at = path.index(index)
    if (isBlank(variable.name)) errors.push(required(at.child('name')))
    else
      for (const message of isEnvVarName(variable.name))
        errors.push(invalid(at.child('name'), variable.name, message))
    if (variable.valueFrom === undefined) return
    const sources = Object.keys(variable.valueFrom).length
    const source = at.child('valueFrom')
    if (sources === 0) {
      const detail =
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'
      errors.push(invalid(source, '', detail))
    } else if (!isBlank(variable.value)) {
      errors.push(invalid(source, '', 'may not be specified when `value` is not empty'))
    } else if (sources > 1) {
      errors.push(invalid(source, '', 'may not have more than one field specified at a time'))
    }
  })
  return errors
}

function validateVolumeMounts(
  container: Container,
  volumes: ReadonlySet<string>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = []
  const mountPaths = new Set<string>()
  container.volumeMounts?.forEach((mount, index) => {
    const at = path.index(index)
    if (isBlank(mount.name)) errors.push(required(at.child('name')))
    else if (!volumes.has(mount.name)) errors.push(notFound(at.child('name'), mount.name))
    if (isBlank(mount.mountPath)) errors.push(required(at.child('mountPath')))
    else if (mountPaths.has(mount.mountPath)) {
      errors.push(invalid(at.child('mountPath'), mount.mountPath, 'must be unique'))
    }
    mountPaths.add(mount.mountPath)
    if (!isBlank(mount.subPath) && !isBlank(mount.subPathExpr)) {
      errors.push(
        invalid(at.child('subPathExpr'), mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'),
      )
    }
  })
  return errors
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const

function validateProbes(container: Container, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  for (const name of PROBES) {
    const probe = container[name]
    if (probe === undefined) continue
    const at = path.child(name)
    errors.push(...validateProbe(probe, at))
    if (name !== 'readinessProbe' && probe.successThreshold !== 1) {
      errors.push(invalid(at.child('successThreshold'), probe.successThreshold, 'must be 1'))
    }
  }
  return errors
}

function refuseProbes(container: Container, path: FieldPath): FieldError[] {
  const refused = [...PROBES, 'lifecycle'] as const
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

function validateHandler(probe: Probe, path: FieldPath): FieldError[] {
  const handlers = (['exec', 'httpGet', 'tcpSocket', 'grpc'] as const).filter(
    (name) => probe[name] !== undefined,
  )
  if (handlers.length === 0) return [required(path, 'must specify a handler type')]
  const errors = handlers
    .slice(1)
    .map((name) => forbidden(path.child(name), 'may not specify more than 1 handler type'))
  if (probe.exec !== undefined && (probe.exec.command ?? []).length === 0) {
    errors.push(required(path.child('exec', 'command')))
  }
  if (probe.httpGet !== undefined) {
    const at = path.child('httpGet')
    if (isBlank(probe.httpGet.path)) errors.push(required(at.child('path')))
    errors.push(...validatePortReference(probe.httpGet.port, at.child('port')))
    errors.push(...oneOf(probe.httpGet.scheme, ['HTTP', 'HTTPS'], at.child('scheme')))
  }
  if (probe.tcpSocket !== undefined) {
    errors.push(...validatePortReference(probe.tcpSocket.port, path.child('tcpSocket', 'port')))
  }
  if (probe.grpc !== undefined) errors.push(...portNumber(probe.grpc.port, path.child('grpc', 'port')))
  return errors
}

/** A port by number or by the name of a container port. */
export function validatePortReference(port: number | string | undefined, path: FieldPath): FieldError[] {
  if (typeof port === 'string') return isValidPortName(port).map((message) => invalid(path, port, message))
  return portNumber(port ?? 0, path)
}
