// Validation of containers. Models validateContainers and validateInitContainers of
// kubernetes/pkg/apis/core/validation; leaves out security contexts, resize policies and volume devices.
import type { FieldError, FieldPath } from '../../api/field-errors.ts'
import { duplicate, invalid, notFound, required } from '../../api/field-errors.ts'
import { isDNS1123Label, isValidPortName } from '../../api/name-formats.ts'
import type { Container, ContainerPort } from '../../api/objects.ts'
import { isBlank } from '../kinds/runtime/object-meta.ts'
import { validateEnv, validateEnvFrom } from './env-validation.ts'
import { oneOf, portNumber, refuseProbes, validateLifecycle, validateProbes } from './handler-validation.ts'
import { validateResources } from './resources-validation.ts'

export const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP']
const PULL_POLICIES: readonly string[] = ['Always', 'IfNotPresent', 'Never']
const MESSAGE_POLICIES: readonly string[] = ['File', 'FallbackToLogsOnError']

export interface ContainerContext {
  readonly volumeNames: ReadonlySet<string>
  readonly gracePeriodSeconds: number | undefined
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
  const { gracePeriodSeconds: grace } = context
  if (containers.length === 0) errors.push(required(path))
  containers.forEach((container, index) => {
    const at = path.index(index)
    errors.push(...validateContainer(container, context, at), ...validateUniqueName(container, names, at))
    errors.push(...validateLifecycle(container, grace, at), ...validateProbes(container, at))
  })
  errors.push(...validateHostPortsUnique(containers, path))
  const initPath = specPath.child('initContainers')
  initContainers.forEach((container, index) => {
    const at = initPath.index(index)
    errors.push(...validateContainer(container, context, at), ...validateUniqueName(container, names, at))
    // Init containers run one by one, so that each is looked at alone; upstream then names it the first.
    errors.push(...validateHostPortsUnique([container], initPath))
    if (container.restartPolicy === 'Always')
      errors.push(...validateLifecycle(container, grace, at), ...validateProbes(container, at))
    else errors.push(...refuseProbes(container, at))
  })
  return errors
}

function validateUniqueName(container: Container, names: Set<string>, path: FieldPath): FieldError[] {
  if (isBlank(container.name)) return []
  if (names.has(container.name)) return [duplicate(path.child('name'), container.name)]
  names.add(container.name)
  return []
}

/** What a pod may not have and a template may, for the sake of old templates. */
export function validateImagesOfPod(containers: readonly Container[], path: FieldPath): FieldError[] {
  return containers.flatMap(({ image = '' }, index) =>
    image === image.trim()
      ? []
      : [invalid(path.index(index).child('image'), image, 'must not have leading or trailing whitespace')],
  )
}

/** On the host's network a port is the host's; in a template it may still be left out. */
export function validateHostNetworkPorts(
  containers: readonly Container[],
  isPod: boolean,
  path: FieldPath,
): FieldError[] {
  return containers.flatMap((container, index) =>
    (container.ports ?? []).flatMap(({ hostPort = 0, containerPort }, portIndex) => {
      if (hostPort === containerPort || (!isPod && hostPort === 0)) return []
      const at = path.index(index).child('ports').index(portIndex).child('hostPort')
      return [invalid(at, hostPort, 'must match `containerPort` when `hostNetwork` is true')]
    }),
  )
}

function validateContainer(container: Container, context: ContainerContext, path: FieldPath): FieldError[] {
  const errors: FieldError[] = isBlank(container.name)
    ? [required(path.child('name'))]
    : isDNS1123Label(container.name).map((message) => invalid(path.child('name'), container.name, message))
  if (isBlank(container.image)) errors.push(required(path.child('image')))
  errors.push(
    ...oneOf(container.terminationMessagePolicy, MESSAGE_POLICIES, path.child('terminationMessagePolicy')),
  )
  const { ports, env, envFrom } = container
  if (ports !== undefined) errors.push(...validatePorts(ports, path.child('ports')))
  if (env !== undefined) errors.push(...validateEnv(env, path.child('env')))
  if (envFrom !== undefined) errors.push(...validateEnvFrom(envFrom, path.child('envFrom')))
  errors.push(...validateVolumeMounts(container, context.volumeNames, path.child('volumeMounts')))
  errors.push(...oneOf(container.imagePullPolicy, PULL_POLICIES, path.child('imagePullPolicy')))
  errors.push(...validateResources(container.resources, path.child('resources')))
  return errors
}

function validatePorts(ports: readonly ContainerPort[], path: FieldPath): FieldError[] {
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
    errors.push(...oneOf(port.protocol, PROTOCOLS, at.child('protocol')))
  })
  return errors
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
    if (!volumes.has(mount.name)) errors.push(notFound(at.child('name'), mount.name ?? ''))
    if (isBlank(mount.mountPath)) errors.push(required(at.child('mountPath')))
    if (mountPaths.has(mount.mountPath)) {
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
