// kubectl describe node. Models the NodeDescriber.
import type { Json, JsonObject } from '../../sim/api/json.ts'
import { milliValue, unitValue } from '../../sim/api/quantity.ts'
import { LEASES, PODS } from '../../sim/api/resources.ts'
import { api } from '../../sim/client/index.ts'
import type { Task } from '../../sim/kernel/task.ts'
import { at, items, json, members, nameOf, namespaceOf, text } from '../objects.ts'
import type { Describer } from './sheet.ts'
import {
  amountLines,
  annotationLines,
  labelLines,
  line,
  longTime,
  multiline,
  orNone,
  since,
  taintText,
} from './sheet.ts'

const ROLE = 'node-role.kubernetes.io/'

export const describeNode: Describer = function* (node, nowMicros) {
  const name = nameOf(node)
  const labels = members(node, 'metadata', 'labels')
  const roles = Object.keys(labels)
    .filter((label) => label.startsWith(ROLE))
    .map((label) => label.slice(ROLE.length))
  const listed = yield* api.list(PODS, null, {
    fieldSelector: `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`,
  })
  const pods = listed.ok ? listed.object.items.map((pod) => json(pod)) : []
  const info = members(node, 'status', 'nodeInfo')
  const podCIDR = text(node, 'spec', 'podCIDR')
  return [
    line(0, `Name:\t${name}`),
    line(0, `Roles:\t${orNone(roles.join(','))}`),
    labelLines('Labels', labels),
    annotationLines('Annotations', members(node, 'metadata', 'annotations')),
    line(0, `CreationTimestamp:\t${longTime(text(node, 'metadata', 'creationTimestamp'))}`),
    multiline(0, 'Taints', items(node, 'spec', 'taints').map(taintText)),
    line(0, `Unschedulable:\t${at(node, 'spec', 'unschedulable') === true}`),
    yield* leaseLines(name),
    conditionLines(node),
    line(0, 'Addresses:'),
    ...items(node, 'status', 'addresses').map((address) =>
      line(1, `${text(address, 'type')}:\t${text(address, 'address')}`),
    ),
    amountLines(0, 'Capacity', members(node, 'status', 'capacity')),
    amountLines(0, 'Allocatable', members(node, 'status', 'allocatable')),
    line(0, 'System Info:'),
    ...Object.entries(SYSTEM_INFO).map(([field, title]) => line(1, `${title}:\t${text(info, field)}`)),
    podCIDR === '' ? '' : line(0, `PodCIDR:\t${podCIDR}`),
    podCIDR === '' ? '' : line(0, `PodCIDRs:\t${items(node, 'spec', 'podCIDRs').join(',') || podCIDR}`),
    podLines(pods, members(node, 'status', 'allocatable'), nowMicros),
  ].join('')
}

const SYSTEM_INFO: Readonly<Record<string, string>> = {
  machineID: 'Machine ID',
  systemUUID: 'System UUID',
  bootID: 'Boot ID',
  kernelVersion: 'Kernel Version',
  osImage: 'OS Image',
  operatingSystem: 'Operating System',
  architecture: 'Architecture',
  containerRuntimeVersion: 'Container Runtime Version',
  kubeletVersion: 'Kubelet Version',
}

function* leaseLines(name: string): Task<string> {
  const found = yield* api.get(LEASES, 'kube-node-lease', name)
  const lease = found.ok ? json(found.object) : {}
  const holder = text(lease, 'spec', 'holderIdentity')
  const renewed = text(lease, 'spec', 'renewTime')
  return [
    line(0, 'Lease:'),
    line(1, `HolderIdentity:\t${holder === '' ? '<unset>' : holder}`),
    line(1, 'AcquireTime:\t<unset>'),
    line(1, `RenewTime:\t${renewed === '' ? '<unset>' : longTime(renewed)}`),
  ].join('')
}

function conditionLines(node: JsonObject): string {
  const rows = items(node, 'status', 'conditions').map((condition) =>
    line(
      1,
      `${text(condition, 'type')} \t${text(condition, 'status')} \t${longTime(text(condition, 'lastHeartbeatTime'))} \t${longTime(text(condition, 'lastTransitionTime'))} \t${text(condition, 'reason')} \t${text(condition, 'message')}`,
    ),
  )
  const head = line(1, 'Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage')
  return (
    line(0, 'Conditions:') +
    head +
    line(1, '----\t------\t-----------------\t------------------\t------\t-------') +
    rows.join('')
  )
}

interface Sums {
  readonly cpuRequests: number
  readonly cpuLimits: number
  readonly memoryRequests: number
  readonly memoryLimits: number
}

function sumsOf(pod: JsonObject): Sums {
  const sum = (kind: 'requests' | 'limits', resource: 'cpu' | 'memory'): number =>
    items(pod, 'spec', 'containers').reduce<number>((total, container: Json) => {
      const amount = text(container, 'resources', kind, resource)
      return amount === '' ? total : total + (resource === 'cpu' ? milliValue(amount) : unitValue(amount))
    }, 0)
  return {
    cpuRequests: sum('requests', 'cpu'),
    cpuLimits: sum('limits', 'cpu'),
    memoryRequests: sum('requests', 'memory'),
    memoryLimits: sum('limits', 'memory'),
  }
}

const cpuText = (milli: number): string => (milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`)

function memoryText(bytes: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['Gi', 1024 * 1024 * 1024],
    ['Mi', 1024 * 1024],
    ['Ki', 1024],
  ]
  const unit = units.find(([, size]) => bytes >= size && bytes % size === 0)
  return unit === undefined ? String(bytes) : `${bytes / unit[1]}${unit[0]}`
}

function podLines(pods: readonly JsonObject[], allocatable: JsonObject, nowMicros: number): string {
  const cpu = milliValue(text(allocatable, 'cpu') || '0')
  const memory = unitValue(text(allocatable, 'memory') || '0')
  const share = (part: number, whole: number): string =>
    `(${whole === 0 ? 0 : Math.trunc((part * 100) / whole)}%)`
  const cells = (sums: Sums): string[] => [
    `${cpuText(sums.cpuRequests)} ${share(sums.cpuRequests, cpu)}`,
    `${cpuText(sums.cpuLimits)} ${share(sums.cpuLimits, cpu)}`,
    `${memoryText(sums.memoryRequests)} ${share(sums.memoryRequests, memory)}`,
    `${memoryText(sums.memoryLimits)} ${share(sums.memoryLimits, memory)}`,
  ]
  const all = pods.map(sumsOf)
  const total = (field: keyof Sums): number => all.reduce((sum, sums) => sum + sums[field], 0)
  const [cpuRequests, cpuLimits, memoryRequests, memoryLimits] = cells({
    cpuRequests: total('cpuRequests'),
    cpuLimits: total('cpuLimits'),
    memoryRequests: total('memoryRequests'),
    memoryLimits: total('memoryLimits'),
  })
  const rows = pods.map((pod) => {
    const age = since(text(pod, 'metadata', 'creationTimestamp'), nowMicros)
    return line(1, `${[namespaceOf(pod) ?? '', nameOf(pod), ...cells(sumsOf(pod)), age].join('\t')}`)
  })
  return [
    line(0, `Non-terminated Pods:\t(${pods.length} in total)`),
    line(1, 'Namespace\tName\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge'),
    line(1, '---------\t----\t------------\t----------\t---------------\t-------------\t---'),
    ...rows,
    line(0, 'Allocated resources:'),
    line(1, '(Total limits may be over 100 percent, i.e., overcommitted.)'),
    line(1, 'Resource\tRequests\tLimits'),
    line(1, '--------\t--------\t------'),
    line(1, `cpu\t${cpuRequests}\t${cpuLimits}`),
    line(1, `memory\t${memoryRequests}\t${memoryLimits}`),
  ].join('')
}
