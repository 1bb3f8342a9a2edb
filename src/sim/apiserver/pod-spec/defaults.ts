// Defaults of pod specs and pod templates. Models kubernetes/pkg/apis/core/v1/defaults.go. Tolerations,
// the service account and priority are set by admission, as upstream does it.
import type {
  Container,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
  Volume,
} from '../../api/objects.ts'
import { change, fill, mapShared } from './fill.ts'

const NO_RESOURCES: ResourceRequirements = Object.freeze({})
const SECURITY_CONTEXT = Object.freeze({})
const DEFAULT_FILE_MODE = 0o644
const TOKEN_EXPIRATION_SECONDS = 3600

export function defaultPod(pod: Pod, trusted?: Pod): Pod {
  if (trusted !== undefined && pod.spec === trusted.spec) return pod
  const spec = defaultPodSpec(pod.spec)
  const withRequests = mapContainers(spec, spec.hostNetwork === true ? ofHostNetwork : requestsFromLimits)
  return change(pod, 'spec', fill(withRequests, { enableServiceLinks: true }))
}

export function defaultPodTemplate(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const spec = defaultPodSpec(template?.spec)
  return template === undefined ? { spec } : change(template, 'spec', spec)
}

/** Decoding leaves an absent spec absent; from here on it is an empty one, as a Go struct would be. */
function defaultPodSpec(given: PodSpec | undefined): PodSpec {
  const base: PodSpec = given?.containers === undefined ? { ...given, containers: [] } : given
  let spec = fill(base, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: SECURITY_CONTEXT,
    terminationGracePeriodSeconds: 30,
  })
  // The old name of the field stays filled in for clients that read it.
  const account = spec.serviceAccountName ?? spec.serviceAccount
  if (account !== undefined) spec = fill(spec, { serviceAccountName: account, serviceAccount: account })
  if (spec.volumes !== undefined) spec = change(spec, 'volumes', mapShared(spec.volumes, defaultVolume))
  return mapContainers(spec, defaultContainer)
}

function mapContainers(spec: PodSpec, map: (container: Container) => Container): PodSpec {
  let mapped = change(spec, 'containers', mapShared(spec.containers, map))
  if (mapped.initContainers !== undefined) {
    mapped = change(mapped, 'initContainers', mapShared(mapped.initContainers, map))
  }
  return mapped
}

/** On the host's network a container's port is the host's. Templates leave this to the pods made from them. */
function ofHostNetwork(given: Container): Container {
  const container = requestsFromLimits(given)
  if (container.ports === undefined) return container
  const ports = mapShared(container.ports, (port) =>
    (port.hostPort ?? 0) === 0 ? { ...port, hostPort: port.containerPort } : port,
  )
  return change(container, 'ports', ports)
}

function defaultContainer(given: Container): Container {
  let container = fill(given, {
    imagePullPolicy: pullPolicyOf(given.image ?? ''),
    resources: NO_RESOURCES,
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  })
  if (container.ports !== undefined) {
    container = change(
      container,
      'ports',
      mapShared(container.ports, (port) => fill(port, { protocol: 'TCP' })),
    )
  }
  if (container.env !== undefined) {
    container = change(
      container,
      'env',
      mapShared(container.env, (variable) => {
        const fieldRef = variable.valueFrom?.fieldRef
        if (fieldRef === undefined || fieldRef.apiVersion !== undefined) return variable
        return {
          ...variable,
          valueFrom: { ...variable.valueFrom, fieldRef: { ...fieldRef, apiVersion: 'v1' } },
        }
      }),
    )
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[name]
    if (probe !== undefined) container = change(container, name, defaultProbe(probe))
  }
  return container
}

function defaultProbe(given: Probe): Probe {
  const probe = fill(given, {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  })
  if (probe.httpGet !== undefined) {
    return change(probe, 'httpGet', fill(probe.httpGet, { path: '/', scheme: 'HTTP' }))
  }
  return probe.grpc === undefined ? probe : change(probe, 'grpc', fill(probe.grpc, { service: '' }))
}

/** A tag that moves is pulled each time; one that is pinned only where the node lacks it. */
function pullPolicyOf(image: string): 'Always' | 'IfNotPresent' {
  return imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent'
}

/** An image without tag and digest has the tag `latest`; one with a digest alone has none. */
function imageTag(image: string): string {
  const at = image.indexOf('@')
  const name = at < 0 ? image : image.slice(0, at)
  const colon = name.lastIndexOf(':')
  if (colon > name.lastIndexOf('/')) return name.slice(colon + 1)
  return at < 0 ? 'latest' : ''
}

function requestsFromLimits(container: Container): Container {
  const limits = container.resources?.limits
  if (limits === undefined) return container
  const requests = fill(container.resources?.requests ?? {}, limits)
  return requests === container.resources?.requests
    ? container
    : { ...container, resources: { ...container.resources, requests } }
}

function defaultVolume(volume: Volume): Volume {
  if (volume.secret !== undefined)
    return change(volume, 'secret', fill(volume.secret, { defaultMode: DEFAULT_FILE_MODE }))
  if (volume.configMap !== undefined) {
    return change(volume, 'configMap', fill(volume.configMap, { defaultMode: DEFAULT_FILE_MODE }))
  }
  if (volume.downwardAPI !== undefined) {
    return change(volume, 'downwardAPI', fill(volume.downwardAPI, { defaultMode: DEFAULT_FILE_MODE }))
  }
  if (volume.hostPath !== undefined) return change(volume, 'hostPath', fill(volume.hostPath, { type: '' }))
  if (volume.projected !== undefined) return change(volume, 'projected', defaultProjected(volume.projected))
  const { name: _name, ...source } = volume
  return Object.keys(source).length === 0 ? { ...volume, emptyDir: {} } : volume
}

function defaultProjected(given: NonNullable<Volume['projected']>): NonNullable<Volume['projected']> {
  const projected = fill(given, { defaultMode: DEFAULT_FILE_MODE })
  const sources = mapShared(projected.sources ?? [], (source) =>
    source.serviceAccountToken === undefined
      ? source
      : change(
          source,
          'serviceAccountToken',
          fill(source.serviceAccountToken, { expirationSeconds: TOKEN_EXPIRATION_SECONDS }),
        ),
  )
  return projected.sources === undefined ? projected : change(projected, 'sources', sources)
}
