// Keeps the EndpointSlices of each Service with a selector. Models pkg/controller/endpointslice; IPv4 only, and without
// topology hints, trigger-time annotations and the batching of Pod changes (which is off by default).
import { deepEqual } from '../../api/json.ts'
import { selectorFromMap, selectorMatches } from '../../api/label-selector.ts'
import type { EndpointSlice, KubeObject, Pod, Service } from '../../api/objects.ts'
import { objectKey } from '../../api/objects.ts'
import { controllerRef } from '../../api/owner-references.ts'
import { ENDPOINT_SLICES, NODES, PODS, SERVICES } from '../../api/resources.ts'
import type { ApiResult } from '../../client/index.ts'
import { displaced, failedWith, recordEvent, requests } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import { all } from '../../kernel/task.ts'
import type { Change, ChangeTools, Controller, SyncResult } from '../runtime/controller.ts'
import { cache, expectations, explain } from '../runtime/effects.ts'
import { creationObserved, forgetExpectations } from '../runtime/expectations.ts'
import {
  BY_LABEL,
  BY_SELECTOR,
  BY_SERVICE,
  endpointSliceInformer,
  labelValue,
  nodeInformer,
  podInformer,
  SERVICE_NAME_LABEL,
  selectorValue,
  serviceInformer,
} from '../runtime/informers.ts'
import { belongsInEndpoints, endpointChanged, endpointOf, endpointPorts } from './endpoints.ts'
import type { NewSlice, Plan, PortGroup } from './plan.ts'
import { planSlices } from './plan.ts'

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'
const CONTROLLER = 'endpointslice-controller.k8s.io'
const HEADLESS = 'service.kubernetes.io/headless'
const ZONE = 'topology.kubernetes.io/zone'

export const endpointSliceController: Controller = {
  name: 'endpointslice-controller',
  serviceAccount: 'endpointslice-controller',
  component: 'endpoint-slice-controller',
  workers: 5,
  maxRetries: 15,
  informers: [serviceInformer, podInformer, endpointSliceInformer, nodeInformer],
  changed(change, tools) {
    if (change.ref === SERVICES) serviceChanged(change, tools)
    else if (change.ref === PODS) podChanged(change, tools)
    else if (change.ref === ENDPOINT_SLICES) sliceChanged(change, tools)
  },
  sync,
}

function serviceChanged(change: Change, tools: ChangeTools): void {
  const { type, object } = change
  if (type === 'delete' || displaced(change) !== undefined)
    forgetExpectations(tools.expectations, objectKey(object))
  if (type !== 'delete') tools.enqueue(objectKey(object))
}

function podChanged({ type, object, previous }: Change, tools: ChangeTools): void {
  const pod = object as Pod
  const before = previous as Pod | undefined
  if (type === 'update' && before !== undefined && !endpointChanged(before, pod)) return
  enqueueServices(pod, tools)
  if (before !== undefined && !deepEqual(before.metadata.labels, pod.metadata.labels))
    enqueueServices(before, tools)
}

function enqueueServices(pod: Pod, tools: ChangeTools): void {
  const { namespace, labels = {} } = pod.metadata
  for (const [name, value] of Object.entries(labels)) {
    for (const service of tools.byIndex(SERVICES, BY_SELECTOR, labelValue(namespace, name, value))) {
      if (selectorMatches(selectorFromMap(service.spec.selector ?? {}), labels))
        tools.enqueue(objectKey(service))
    }
  }
}

/** Its own writes come back too; only what somebody else changed needs a sync. */
function sliceChanged(change: Change, tools: ChangeTools): void {
  const { type, object, previous } = change
  const key = serviceKeyOf(object)
  const before = previous === undefined ? undefined : serviceKeyOf(previous)
  if (before !== undefined && before !== key) tools.enqueue(before)
  if (key === undefined) return
  if (type === 'add') creationObserved(tools.expectations, key)
  const isOthers =
    before !== key ||
    displaced(change) !== undefined ||
    previous?.metadata.generation !== object.metadata.generation
  if (type !== 'update' || isOthers) tools.enqueue(key)
}

/** Of a slice that this controller keeps. */
function serviceKeyOf({ metadata: { namespace = '', labels } }: KubeObject): string | undefined {
  const service = labels?.[SERVICE_NAME_LABEL]
  return service === undefined || labels?.[MANAGED_BY] !== CONTROLLER ? undefined : `${namespace}/${service}`
}

function* sync(key: string): Task<SyncResult> {
  const service = yield* cache.get(SERVICES, key)
  if (service === undefined || service.metadata.deletionTimestamp !== undefined) return undefined
  const value = selectorValue(service)
  if (value === undefined || service.spec.type === 'ExternalName') return undefined
  if (!(yield* expectations.satisfied(key))) return undefined
  const selector = selectorFromMap(service.spec.selector ?? {})
  const candidates = yield* cache.byIndex(PODS, BY_LABEL, value)
  const pods = candidates.filter((pod) => selectorMatches(selector, pod.metadata.labels))
  const slices = (yield* cache.byIndex(ENDPOINT_SLICES, BY_SERVICE, key)).filter(isOwn)
  const groups = yield* portGroups(service, pods)
  const plan = withLabels(service, planSlices(groups, slices), slices)
  const writes = plan.create.length + plan.update.length + plan.delete.length
  if (writes === 0) return undefined
  return yield* carryOut(service, key, plan, groups)
}

const isOwn = ({ metadata }: EndpointSlice): boolean =>
  metadata.labels?.[MANAGED_BY] === CONTROLLER && metadata.deletionTimestamp === undefined

function* portGroups(service: Service, pods: readonly Pod[]): Task<readonly PortGroup[]> {
  const zones = new Map<string, string | undefined>()
  const groups: { ports: PortGroup['ports']; endpoints: PortGroup['endpoints'][number][] }[] = []
  for (const pod of pods) {
    if (!belongsInEndpoints(pod)) continue
    const nodeName = pod.spec.nodeName ?? ''
    if (!zones.has(nodeName)) {
      const node = yield* cache.get(NODES, nodeName)
      // The Pod's node is gone: its address may belong to another Pod by now.
      if (node === undefined) continue
      zones.set(nodeName, node.metadata.labels?.[ZONE])
    }
    const ports = endpointPorts(service, pod)
    let group = groups.find((candidate) => deepEqual(candidate.ports, ports))
    if (group === undefined) {
      group = { ports, endpoints: [] }
      groups.push(group)
    }
    group.endpoints.push(endpointOf(pod, service, zones.get(nodeName)))
  }
  return groups
}

/** A Service's labels are its slices' labels too, so a new label updates slices whose endpoints stay. */
function withLabels(service: Service, plan: Plan, slices: readonly EndpointSlice[]): Plan {
  const labels = sliceLabels(service)
  const relabelled = (slice: EndpointSlice): EndpointSlice => ({
    ...slice,
    metadata: { ...slice.metadata, labels },
  })
  const touched = new Set([...plan.update, ...plan.delete].map(objectKey))
  const stale = slices.filter(
    (slice) => !touched.has(objectKey(slice)) && !deepEqual(slice.metadata.labels, labels),
  )
  return { ...plan, update: [...plan.update, ...stale].map(relabelled) }
}

function sliceLabels({ metadata, spec }: Service): Readonly<Record<string, string>> {
  const headless = spec.clusterIP === 'None' ? { [HEADLESS]: '' } : {}
  return { ...metadata.labels, ...headless, [SERVICE_NAME_LABEL]: metadata.name, [MANAGED_BY]: CONTROLLER }
}

function* carryOut(
  service: Service,
  key: string,
  plan: Plan,
  groups: readonly PortGroup[],
): Task<SyncResult> {
  const count = groups.reduce((sum, { endpoints }) => sum + endpoints.length, 0)
  const acts = [act('creating', plan.create), act('updating', plan.update), act('deleting', plan.delete)]
  yield* explain(`${count} endpoints: ${acts.filter((text) => text !== '').join(', ')}`)
  if (plan.create.length > 0) yield* expectations.creations(key, plan.create.length)
  const results = yield* all<ApiResult<KubeObject>>([
    ...plan.create.map((slice) => requests.create(ENDPOINT_SLICES, draftSlice(service, slice))),
    ...plan.update.map((slice) => requests.update(ENDPOINT_SLICES, slice)),
    ...plan.delete.map(({ metadata }) => requests.delete(ENDPOINT_SLICES, metadata.namespace, metadata.name)),
  ])
  const missed = results.slice(0, plan.create.length).filter(({ ok }) => !ok).length
  if (missed > 0) yield* expectations.creationsObserved(key, missed)
  const failed = results.find((result) => !result.ok && !failedWith(result, 'NotFound'))
  if (failed === undefined || failed.ok) return undefined
  if (failed.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true)
    return undefined
  const error = failed.status.message ?? 'write failed'
  const message = `Error updating Endpoint Slices for Service ${key}: ${error}`
  yield* recordEvent({ object: service, type: 'Warning', reason: 'FailedToUpdateEndpointSlices', message })
  return { error }
}

const act = (verb: string, slices: readonly unknown[]): string =>
  slices.length === 0 ? '' : `${verb} ${slices.length} slice${slices.length === 1 ? '' : 's'}`

function draftSlice(service: Service, { ports, endpoints }: NewSlice) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace,
      labels: sliceLabels(service),
      ownerReferences: [controllerRef(service)],
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  } as const
}
