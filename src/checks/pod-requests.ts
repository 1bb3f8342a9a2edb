// What a Pod asks of its node, computed from Kubernetes' documentation: its containers together or its most demanding
// step of initialization, whichever is more, and the overhead of its runtime class.
import type { Container, Pod } from '../sim/api/objects.ts'
import { milliValue, unitValue } from '../sim/api/quantity.ts'

type Quantities = Readonly<Record<string, string>> | undefined

/** Thousandths of a core, bytes, and Pods. */
export interface Amounts {
  readonly cpu: number
  readonly memory: number
  readonly pods: number
}

export const amountsOf = (quantities: Quantities): Amounts => ({
  cpu: milliValue(quantities?.cpu ?? '0'),
  memory: unitValue(quantities?.memory ?? '0'),
  pods: unitValue(quantities?.pods ?? '0'),
})

export const plus = (one: Amounts, other: Amounts, times = 1): Amounts => ({
  cpu: one.cpu + times * other.cpu,
  memory: one.memory + times * other.memory,
  pods: one.pods + times * other.pods,
})

const NOTHING: Amounts = Object.freeze({ cpu: 0, memory: 0, pods: 0 })

const most = (one: Amounts, other: Amounts): Amounts => ({
  cpu: Math.max(one.cpu, other.cpu),
  memory: Math.max(one.memory, other.memory),
  pods: 0,
})

const requestsOf = ({ resources }: Container): Amounts => amountsOf(resources?.requests)

export function podRequests({ spec }: Pod): Amounts {
  let sidecars = NOTHING
  let peak = NOTHING
  for (const container of spec.initContainers ?? []) {
    const own = requestsOf(container)
    peak = most(peak, plus(sidecars, own))
    if (container.restartPolicy === 'Always') sidecars = plus(sidecars, own)
  }
  const together = spec.containers.reduce((sum, container) => plus(sum, requestsOf(container)), sidecars)
  return { ...plus(most(together, peak), amountsOf(spec.overhead)), pods: 1 }
}

/** Its containers have ended for good: it uses nothing any more. */
export const isOver = ({ status }: Pod): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed'
