// Service. Models kubernetes/pkg/registry/core/service and ValidateService, for one address family. The
// cluster address itself is allocated by the apiserver when it stores the object.
import type { FieldError, FieldPath } from '../../api/field-errors.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../api/field-errors.ts'
import { isIPv4, isIPv6 } from '../../api/ip-formats.ts'
import { validateLabels } from '../../api/label-selector.ts'
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isValidPortNumber,
} from '../../api/name-formats.ts'
import type { Service, ServicePort, ServiceSpec } from '../../api/objects.ts'
import { PROTOCOLS } from '../pod-spec/container-validation.ts'
import { change, fill, mapShared } from '../pod-spec/fill.ts'
import { oneOf, validatePortReference } from '../pod-spec/handler-validation.ts'
import { AGE_COLUMN, ageOf, labelsText, NAME_COLUMN, text, wide } from './runtime/columns.ts'
import { defineKind, maskTrailingHyphen, SPEC } from './runtime/kind-definition.ts'
import { isBlank } from './runtime/object-meta.ts'

const TYPES: readonly string[] = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const CLIENT_IP_TIMEOUT_SECONDS = 10_800
const MAX_CLIENT_IP_TIMEOUT_SECONDS = 86_400

export const serviceKind = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  resource: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status'],
  nameRule: (name, isPrefix) => isDNS1035Label(maskTrailingHyphen(name, isPrefix)),
  selectableFields: {
    'spec.clusterIP': (service) => service.spec.clusterIP ?? '',
    'spec.type': (service) => service.spec.type ?? '',
  },
  columns: [
    NAME_COLUMN,
    text('Type'),
    text('Cluster-IP'),
    text('External-IP'),
    text('Port(s)'),
    AGE_COLUMN,
    wide('Selector'),
  ],
  applyDefaults: (service) => change(service, 'spec', defaultSpec(service.spec ?? {})),
  prepareForCreate: (service) => ({ ...service, status: { loadBalancer: {} } }),
  prepareForUpdate: (service, old) => ({
    ...service,
    spec: keepAllocated(service.spec, old.spec),
    status: old.status,
  }),
  prepareForStatusUpdate: (service, old) => ({ ...service, spec: old.spec, status: service.status ?? {} }),
  validate: (service) => validateSpec(service.spec),
  validateUpdate: (service, old) => [...validateClusterIPUpdate(service, old), ...validateSpec(service.spec)],
  row: (service, now) => [
    service.metadata.name,
    service.spec.type ?? '',
    orNone(service.spec.clusterIP),
    externalAddress(service),
    portsText(service.spec.ports ?? []),
    ageOf(service, now),
    labelsText(service.spec.selector),
  ],
})

function defaultSpec(given: ServiceSpec): ServiceSpec {
  let spec = fill(given, { type: 'ClusterIP', sessionAffinity: 'None' })
  if (spec.sessionAffinity === 'ClientIP') {
    if (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined)
      spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: CLIENT_IP_TIMEOUT_SECONDS } } }
  } else if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig !== undefined) {
    const { sessionAffinityConfig: _config, ...rest } = spec
    spec = rest
  }
  if (spec.ports !== undefined) spec = change(spec, 'ports', mapShared(spec.ports, defaultPort))
  if (spec.type === 'ExternalName') return spec
  if (spec.type !== 'ClusterIP' || (spec.externalIPs ?? []).length > 0)
    spec = fill(spec, { externalTrafficPolicy: 'Cluster' })
  if (spec.type === 'LoadBalancer') spec = fill(spec, { allocateLoadBalancerNodePorts: true })
  const family = spec.clusterIP !== undefined && isIPv6(spec.clusterIP) ? 'IPv6' : 'IPv4'
  spec = fill(spec, { internalTrafficPolicy: 'Cluster', ipFamilies: [family], ipFamilyPolicy: 'SingleStack' })
  return isBlank(spec.clusterIP) ? spec : fill(spec, { clusterIPs: [spec.clusterIP] })
}

function defaultPort(port: ServicePort): ServicePort {
  const defaulted = fill(port, { protocol: 'TCP' })
  const { targetPort } = defaulted
  return targetPort === undefined || targetPort === 0 || targetPort === ''
    ? { ...defaulted, targetPort: port.port }
    : defaulted
}

/** A client that writes a Service whole need not repeat what was allocated to it. */
function keepAllocated(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return spec
  let kept = spec
  if (isBlank(kept.clusterIP) && !isBlank(old.clusterIP)) {
    kept = { ...kept, clusterIP: old.clusterIP, clusterIPs: old.clusterIPs ?? [old.clusterIP] }
  }
  if (kept.type === 'ClusterIP' || kept.ports === undefined) return kept
  const ports = mapShared(kept.ports, (port) => {
    if ((port.nodePort ?? 0) !== 0) return port
    const before = old.ports?.find((other) => other.port === port.port && other.protocol === port.protocol)
    return before?.nodePort === undefined ? port : { ...port, nodePort: before.nodePort }
  })
  return change(kept, 'ports', ports)
}

function validateSpec(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = []
  const ports = spec.ports ?? []
  const headless = spec.clusterIP === 'None'
  errors.push(...oneOf(spec.type, TYPES, SPEC.child('type')))
  errors.push(...oneOf(spec.sessionAffinity, ['ClientIP', 'None'], SPEC.child('sessionAffinity')))
  const timeout = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (timeout !== undefined && (timeout <= 0 || timeout > MAX_CLIENT_IP_TIMEOUT_SECONDS)) {
    const at = SPEC.child('sessionAffinityConfig', 'clientIP', 'timeoutSeconds')
    const detail = `must be greater than 0 and less than ${MAX_CLIENT_IP_TIMEOUT_SECONDS}`
    errors.push(invalid(at, timeout, detail))
  }
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName')
    errors.push(required(SPEC.child('ports')))
  errors.push(...validateByType(spec, ports))
  errors.push(...validatePorts(ports, headless))
  if (spec.selector !== undefined) errors.push(...validateLabels(spec.selector, SPEC.child('selector')))
  if (!isBlank(spec.clusterIP) && !headless && !isIPv4(spec.clusterIP) && !isIPv6(spec.clusterIP)) {
    const detail = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
    errors.push(invalid(SPEC.child('clusterIPs').index(0), spec.clusterIP, detail))
  }
  for (const field of ['internalTrafficPolicy', 'externalTrafficPolicy'] as const) {
    const policy = spec[field]
    if (policy === undefined || policy === 'Cluster' || policy === 'Local') continue
    errors.push(notSupported(SPEC.child(field), policy, ['Cluster', 'Local']))
  }
  return errors
}

function validateByType(spec: ServiceSpec, ports: readonly ServicePort[]): FieldError[] {
  const errors: FieldError[] = []
  if (spec.type === 'LoadBalancer' && spec.clusterIP === 'None') {
    const detail = "may not be set to 'None' for LoadBalancer services"
    errors.push(invalid(SPEC.child('clusterIPs').index(0), 'None', detail))
  }
  if (spec.type === 'NodePort' && spec.clusterIP === 'None') {
    const detail = "may not be set to 'None' for NodePort services"
    errors.push(invalid(SPEC.child('clusterIPs').index(0), 'None', detail))
  }
  if (spec.type === 'ExternalName') {
    const name = spec.externalName
    if (isBlank(name)) errors.push(required(SPEC.child('externalName')))
    else
      for (const message of isDNS1123Subdomain(name))
        errors.push(invalid(SPEC.child('externalName'), name, message))
    if (!isBlank(spec.clusterIP)) {
      errors.push(
        forbidden(SPEC.child('clusterIPs').index(0), "may not be set when `type` is 'ExternalName'"),
      )
    }
  }
  if (spec.type === 'ClusterIP') {
    ports.forEach((port, index) => {
      if ((port.nodePort ?? 0) === 0) return
      const at = SPEC.child('ports').index(index).child('nodePort')
      errors.push(forbidden(at, "may not be used when `type` is 'ClusterIP'"))
    })
  }
  return errors
}

function validatePorts(ports: readonly ServicePort[], headless: boolean): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  const pairs = new Set<string>()
  const nodePorts = new Set<string>()
  ports.forEach((port, index) => {
    const at = SPEC.child('ports').index(index)
    errors.push(...validatePortName(port, ports.length > 1, names, at))
    const number = port.port ?? 0
    for (const message of isValidPortNumber(number)) errors.push(invalid(at.child('port'), number, message))
    errors.push(...oneOf(port.protocol, PROTOCOLS, at.child('protocol')))
    errors.push(...validatePortReference(port.targetPort, at.child('targetPort')))
    if (headless && typeof port.targetPort === 'number' && port.targetPort !== number) {
      const detail = "must be equal to the value of 'port' when clusterIP = None"
      errors.push(invalid(at.child('targetPort'), port.targetPort, detail))
    }
    const pair = `${port.protocol}/${number}`
    if (pairs.has(pair)) errors.push(duplicate(at, internalPort(port.protocol ?? '', number, 0)))
    pairs.add(pair)
    const nodePort = port.nodePort ?? 0
    const nodePair = `${port.protocol}/${nodePort}`
    if (nodePort !== 0 && nodePorts.has(nodePair)) {
      errors.push(duplicate(at.child('nodePort'), internalPort(port.protocol ?? '', 0, nodePort)))
    }
    nodePorts.add(nodePair)
  })
  return errors
}

/** Upstream prints its internal type here, whose fields have Go's names. */
function internalPort(protocol: string, port: number, nodePort: number): object {
  return { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: nodePort }
}

function validatePortName(
  port: ServicePort,
  needed: boolean,
  names: Set<string>,
  path: FieldPath,
): FieldError[] {
  const at = path.child('name')
  if (isBlank(port.name)) return needed ? [required(at)] : []
  const { name } = port
  const errors = isDNS1123Label(name).map((message) => invalid(at, name, message))
  if (names.has(name)) errors.push(duplicate(at, name))
  names.add(name)
  return errors
}

function validateClusterIPUpdate(service: Service, old: Service): FieldError[] {
  if (service.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return []
  const before = old.spec.clusterIP
  if (isBlank(before) || before === service.spec.clusterIP) return []
  const value = [service.spec.clusterIP ?? '']
  return [invalid(SPEC.child('clusterIPs').index(0), value, 'may not change once set')]
}

function externalAddress({ spec, status }: Service): string {
  const external = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName ?? ''
    case 'LoadBalancer': {
      const ingress = (status.loadBalancer?.ingress ?? []).map((point) => point.ip ?? point.hostname ?? '')
      const all = [...ingress, ...external]
      return all.length === 0 ? '<pending>' : all.join(',')
    }
    default:
      return external.length === 0 ? '<none>' : external.join(',')
  }
}

function portsText(ports: readonly ServicePort[]): string {
  if (ports.length === 0) return '<none>'
  return ports
    .map(
      (port) => `${port.port}${(port.nodePort ?? 0) > 0 ? `:${port.nodePort}` : ''}/${port.protocol ?? ''}`,
    )
    .join(',')
}

function orNone(cell: string | undefined): string {
  return isBlank(cell) ? '<none>' : cell
}
