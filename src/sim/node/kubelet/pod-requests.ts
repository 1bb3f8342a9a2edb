// What a Pod asks of its node: the sum of its containers, or its largest init container, plus overhead. Pure. Models
// component-helpers/resource PodRequests for cpu, memory and ephemeral storage.
import type { Container, Pod } from '../../api/objects.ts'
import { milliValue, unitValue } from '../../api/quantity.ts'
import { isRestartableInit } from './pod-runtime.ts'

/** Thousandths of a core, and bytes. */
export interface ResourceAmounts {
  readonly cpu: number
  readonly memory: number
  readonly 'ephemeral-storage': number
}

export const RESOURCE_NAMES = ['cpu', 'memory', 'ephemeral-storage'] as const
const NONE: ResourceAmounts = Object.freeze({ cpu: 0, memory: 0, 'ephemeral-storage': 0 })

const asksForNothing = ({ resources }: Container): boolean => resources?.requests === undefined

export function resourceAmounts(list: Readonly<Record<string, string>> | undefined): ResourceAmounts {
  if (list === undefined) return NONE
  return {
    cpu: milliValue(list.cpu ?? '0'),
    memory: unitValue(list.memory ?? '0'),
    'ephemeral-storage': unitValue(list['ephemeral-storage'] ?? '0'),
  }
}

export function podRequests(pod: Pod): ResourceAmounts {
  const { containers, initContainers, overhead } = pod.spec
  if (initContainers === undefined && overhead === undefined && containers.every(asksForNothing)) return NONE
  let total = sumOf(pod.spec.containers)
  let sidecars = NONE
  let initPeak = NONE
  for (const container of pod.spec.initContainers ?? []) {
    const own = resourceAmounts(container.resources?.requests)
    if (isRestartableInit(container)) sidecars = add(sidecars, own)
    initPeak = larger(initPeak, isRestartableInit(container) ? sidecars : add(sidecars, own))
  }
  total = larger(add(total, sidecars), initPeak)
  return add(total, resourceAmounts(pod.spec.overhead))
}

const sumOf = (containers: readonly Container[]): ResourceAmounts =>
  containers.reduce((sum, { resources }) => add(sum, resourceAmounts(resources?.requests)), NONE)

const add = (a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts => ({
  cpu: a.cpu + b.cpu,
  memory: a.memory + b.memory,
  'ephemeral-storage': a['ephemeral-storage'] + b['ephemeral-storage'],
})

const larger = (a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts => ({
  cpu: Math.max(a.cpu, b.cpu),
  memory: Math.max(a.memory, b.memory),
  'ephemeral-storage': Math.max(a['ephemeral-storage'], b['ephemeral-storage']),
})
