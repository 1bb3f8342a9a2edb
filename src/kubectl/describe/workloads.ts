// kubectl describe of Deployments, ReplicaSets and Services. Models the describers of these names.
import type { Json, JsonObject } from '../../sim/api/json.ts'
import { formatSelector, selectorFromObject } from '../../sim/api/label-selector.ts'
import type { LabelSelector, Labels } from '../../sim/api/objects.ts'
import { ENDPOINT_SLICES, PODS, REPLICA_SETS } from '../../sim/api/resources.ts'
import { api } from '../../sim/client/index.ts'
import type { Task } from '../../sim/kernel/task.ts'
import { at, integer, items, json, members, nameOf, namespaceOf, text } from '../objects.ts'
import { templateContainerLines } from './container.ts'
import type { Describer } from './sheet.ts'
import { annotationLines, labelLines, line, longTime, metadataLines, orNone } from './sheet.ts'

const selectorOf = (object: JsonObject): string => {
  const selector: LabelSelector = {
    matchLabels: members(object, 'spec', 'selector', 'matchLabels') as Labels,
  }
  return orNone(formatSelector(selectorFromObject(selector)))
}

const replicasOf = (object: JsonObject): number =>
  at(object, 'spec', 'replicas') === undefined ? 1 : integer(object, 'spec', 'replicas')

/** The `Pod Template` of a workload. */
export function templateLines(object: JsonObject): string {
  const template = members(object, 'spec', 'template')
  const annotations = members(template, 'metadata', 'annotations')
  return [
    line(0, 'Pod Template:'),
    labelLines('Labels', members(template, 'metadata', 'labels'), 1),
    Object.keys(annotations).length === 0 ? '' : annotationLines('Annotations', annotations, 1),
    templateContainerLines('Init Containers', items(template, 'spec', 'initContainers')),
    templateContainerLines('Containers', items(template, 'spec', 'containers')),
    line(1, 'Volumes:\t<none>'),
    labelLines('Node-Selectors', members(template, 'spec', 'nodeSelector'), 1),
    line(1, 'Tolerations:\t<none>'),
  ].join('')
}

function conditionLines(object: JsonObject): string {
  const conditions = items(object, 'status', 'conditions')
  if (conditions.length === 0) return ''
  const rows = conditions.map((condition) =>
    line(1, `${text(condition, 'type')} \t${text(condition, 'status')}\t${text(condition, 'reason')}`),
  )
  return (
    line(0, 'Conditions:') + line(1, 'Type\tStatus\tReason') + line(1, '----\t------\t------') + rows.join('')
  )
}

export const describeDeployment: Describer = function* (deployment) {
  const strategy = text(deployment, 'spec', 'strategy', 'type')
  const rolling = members(deployment, 'spec', 'strategy', 'rollingUpdate')
  const status = (field: string): number => integer(deployment, 'status', field)
  return [
    line(0, `Name:\t${nameOf(deployment)}`),
    line(0, `Namespace:\t${namespaceOf(deployment) ?? ''}`),
    line(0, `CreationTimestamp:\t${longTime(text(deployment, 'metadata', 'creationTimestamp'))}`),
    labelLines('Labels', members(deployment, 'metadata', 'labels')),
    annotationLines('Annotations', members(deployment, 'metadata', 'annotations')),
    line(0, `Selector:\t${selectorOf(deployment)}`),
    line(
      0,
      `Replicas:\t${replicasOf(deployment)} desired | ${status('updatedReplicas')} updated | ${status('replicas')} total | ${status('availableReplicas')} available | ${status('unavailableReplicas')} unavailable`,
    ),
    line(0, `StrategyType:\t${strategy}`),
    line(0, `MinReadySeconds:\t${integer(deployment, 'spec', 'minReadySeconds')}`),
    strategy === 'RollingUpdate'
      ? line(
          0,
          `RollingUpdateStrategy:\t${text(rolling, 'maxUnavailable')} max unavailable, ${text(rolling, 'maxSurge')} max surge`,
        )
      : '',
    templateLines(deployment),
    conditionLines(deployment),
    yield* replicaSetLines(deployment),
  ].join('')
}

function* replicaSetLines(deployment: JsonObject): Task<string> {
  const listed = yield* api.list(REPLICA_SETS, namespaceOf(deployment), {
    labelSelector: selectorOf(deployment),
  })
  if (!listed.ok) return ''
  const uid = text(deployment, 'metadata', 'uid')
  const REVISION = 'deployment.kubernetes.io/revision'
  const own = listed.object.items
    .map((replicaSet) => json(replicaSet))
    .filter((replicaSet) =>
      items(replicaSet, 'metadata', 'ownerReferences').some((owner) => text(owner, 'uid') === uid),
    )
    .sort(
      (a, b) =>
        Number(text(b, 'metadata', 'annotations', REVISION)) -
        Number(text(a, 'metadata', 'annotations', REVISION)),
    )
  const describe = (replicaSet: JsonObject): string =>
    `${nameOf(replicaSet)} (${integer(replicaSet, 'status', 'replicas')}/${replicasOf(replicaSet)} replicas created)`
  const [newest, ...old] = own
  return (
    line(0, `OldReplicaSets:\t${orNone(old.map(describe).join(', '))}`) +
    line(0, `NewReplicaSet:\t${newest === undefined ? '<none>' : describe(newest)}`)
  )
}

export const describeReplicaSet: Describer = function* (replicaSet) {
  const owner = items(replicaSet, 'metadata', 'ownerReferences').find(
    (reference) => at(reference, 'controller') === true,
  )
  const listed = yield* api.list(PODS, namespaceOf(replicaSet), { labelSelector: selectorOf(replicaSet) })
  const phases: Record<string, number> = {}
  for (const pod of listed.ok ? listed.object.items : [])
    phases[pod.status.phase ?? ''] = (phases[pod.status.phase ?? ''] ?? 0) + 1
  const count = (phase: string): number => phases[phase] ?? 0
  return [
    line(0, `Name:\t${nameOf(replicaSet)}`),
    line(0, `Namespace:\t${namespaceOf(replicaSet) ?? ''}`),
    line(0, `Selector:\t${selectorOf(replicaSet)}`),
    labelLines('Labels', members(replicaSet, 'metadata', 'labels')),
    annotationLines('Annotations', members(replicaSet, 'metadata', 'annotations')),
    owner === undefined ? '' : line(0, `Controlled By:\t${text(owner, 'kind')}/${text(owner, 'name')}`),
    line(
      0,
      `Replicas:\t${integer(replicaSet, 'status', 'replicas')} current / ${replicasOf(replicaSet)} desired`,
    ),
    line(
      0,
      `Pods Status:\t${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`,
    ),
    templateLines(replicaSet),
    conditionLines(replicaSet),
  ].join('')
}

export const describeService: Describer = function* (service) {
  const slices = yield* api.list(ENDPOINT_SLICES, namespaceOf(service), {
    labelSelector: `kubernetes.io/service-name=${nameOf(service)}`,
  })
  const found = slices.ok ? slices.object.items.map((slice) => json(slice)) : []
  const ports = items(service, 'spec', 'ports')
  const endpointsOf = (port: Json): string => {
    const addresses = found.flatMap((slice) => {
      const target = items(slice, 'ports').find((candidate) => text(candidate, 'name') === text(port, 'name'))
      if (target === undefined) return []
      const ready = items(slice, 'endpoints').filter(
        (endpoint) => at(endpoint, 'conditions', 'ready') !== false,
      )
      return ready.flatMap((endpoint) =>
        items(endpoint, 'addresses').map((address) => `${String(address)}:${text(target, 'port')}`),
      )
    })
    return addresses.length > 3
      ? `${addresses.slice(0, 3).join(',')} + ${addresses.length - 3} more...`
      : addresses.join(',')
  }
  const portLines = ports.map((port) => {
    const name = text(port, 'name') || '<unset>'
    const protocol = text(port, 'protocol')
    const nodePort = text(port, 'nodePort')
    return [
      line(0, `Port:\t${name}\t${text(port, 'port')}/${protocol}`),
      line(0, `TargetPort:\t${text(port, 'targetPort')}/${protocol}`),
      nodePort === '' || nodePort === '0' ? '' : line(0, `NodePort:\t${name}\t${nodePort}/${protocol}`),
      line(0, `Endpoints:\t${endpointsOf(port)}`),
    ].join('')
  })
  return [
    metadataLines(service),
    labelLines('Selector', members(service, 'spec', 'selector')).replace(/\n\t/g, ','),
    line(0, `Type:\t${text(service, 'spec', 'type')}`),
    line(0, `IP Family Policy:\t${text(service, 'spec', 'ipFamilyPolicy')}`),
    line(0, `IP Families:\t${items(service, 'spec', 'ipFamilies').join(',')}`),
    line(0, `IP:\t${text(service, 'spec', 'clusterIP')}`),
    line(0, `IPs:\t${items(service, 'spec', 'clusterIPs').join(',')}`),
    ...portLines,
    line(0, `Session Affinity:\t${text(service, 'spec', 'sessionAffinity')}`),
    line(0, `Internal Traffic Policy:\t${text(service, 'spec', 'internalTrafficPolicy')}`),
  ].join('')
}

export const describeConfigMap: Describer = (map) => {
  const data = members(map, 'data')
  const entries = Object.keys(data)
    .sort()
    .map((key) => `${key}:\n----\n${text(data, key)}\n\n`)
  return `${metadataLines(map)}\nData\n====\n${entries.join('')}\nBinaryData\n====\n\n`
}
