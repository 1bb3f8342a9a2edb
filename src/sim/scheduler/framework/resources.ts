// Amounts of resources as plain integers: cpu in thousandths, all else in units. Models framework.Resource and
// k8s.io/component-helpers/resource.PodRequests. Left out: Pod-level resources and in-place resize.
import type { Container, PodSpec } from '../../api/objects.ts'
import { milliValue, unitValue } from '../../api/quantity.ts'

export interface Resources {
  readonly milliCpu: number
  readonly memory: number
  readonly ephemeralStorage: number
  /** Extended resources and huge pages, by name; null where there are none, which is nearly always. */
  readonly scalar: Readonly<Record<string, number>> | null
}

/** What LeastAllocated assumes of a container that requests nothing, so that such Pods spread too. */
const DEFAULT_MILLI_CPU = 100
const DEFAULT_MEMORY = 200 * 1024 * 1024

export const NOTHING: Resources = Object.freeze({ milliCpu: 0, memory: 0, ephemeralStorage: 0, scalar: null })
/** A container that requests neither, as scoring sees it. */
const ASSUMED: Resources = Object.freeze({
  milliCpu: DEFAULT_MILLI_CPU,
  memory: DEFAULT_MEMORY,
  ephemeralStorage: 0,
  scalar: null,
})

type Amounts = Readonly<Record<string, string>> | undefined

export function parseResources(amounts: Amounts, missing: Resources = NOTHING): Resources {
  if (amounts === undefined) return missing
  let { milliCpu, memory } = missing
  let ephemeralStorage = 0
  let scalar: Record<string, number> | null = null
  for (const name of Object.keys(amounts)) {
    const text = amounts[name] ?? '0'
    if (name === 'cpu') milliCpu = milliValue(text)
    else if (name === 'memory') memory = unitValue(text)
    else if (name === 'ephemeral-storage') ephemeralStorage = unitValue(text)
    else if (isScalar(name)) {
      scalar ??= {}
      scalar[name] = unitValue(text)
    }
  }
  return { milliCpu, memory, ephemeralStorage, scalar }
}

/** Extended resources have a domain; huge pages and attachable volumes have a prefix. */
const isScalar = (name: string): boolean =>
  name.includes('/') || name.startsWith('hugepages-') || name.startsWith('attachable-volumes-')

/** Equal texts stand for equal amounts. */
export const resourcesText = ({ milliCpu, memory, ephemeralStorage, scalar }: Resources): string =>
  `${milliCpu} ${memory} ${ephemeralStorage}${scalar === null ? '' : JSON.stringify(scalar)}`

/** `sign` is 1 to add `b` to `a`, and -1 to take it away. */
export function combine(a: Resources, b: Resources, sign: 1 | -1): Resources {
  return {
    milliCpu: a.milliCpu + sign * b.milliCpu,
    memory: a.memory + sign * b.memory,
    ephemeralStorage: a.ephemeralStorage + sign * b.ephemeralStorage,
    scalar: mergeScalars(a.scalar, b.scalar, (x, y) => x + sign * y),
  }
}

function larger(a: Resources, b: Resources): Resources {
  return {
    milliCpu: Math.max(a.milliCpu, b.milliCpu),
    memory: Math.max(a.memory, b.memory),
    ephemeralStorage: Math.max(a.ephemeralStorage, b.ephemeralStorage),
    scalar: mergeScalars(a.scalar, b.scalar, Math.max),
  }
}

function mergeScalars(
  a: Resources['scalar'],
  b: Resources['scalar'],
  join: (x: number, y: number) => number,
): Resources['scalar'] {
  if (b === null) return a
  const merged: Record<string, number> = { ...a }
  for (const name of Object.keys(b)) merged[name] = join(merged[name] ?? 0, b[name] ?? 0)
  return merged
}

export interface PodRequests {
  readonly requested: Resources
  /** The same with the assumed amounts for containers that request no cpu or memory. */
  readonly nonZero: Resources
}

export function podRequests(spec: PodSpec): PodRequests {
  const requested = totalOf(spec, NOTHING)
  return { requested, nonZero: totalOf(spec, ASSUMED) }
}

/**
 * App containers and sidecars run together; each other init container runs alone beside the sidecars started before
 * it. The Pod needs the larger of the two.
 */
function totalOf(spec: PodSpec, missing: Resources): Resources {
  const first = spec.containers[0]
  const inits = spec.initContainers
  if (
    spec.containers.length === 1 &&
    first !== undefined &&
    inits === undefined &&
    spec.overhead === undefined
  )
    return requestOf(first, missing)
  let total = spec.containers.reduce(
    (sum, container) => combine(sum, requestOf(container, missing), 1),
    NOTHING,
  )
  let sidecars = NOTHING
  let startUp = NOTHING
  for (const init of inits ?? []) {
    const request = requestOf(init, missing)
    if (init.restartPolicy === 'Always') {
      total = combine(total, request, 1)
      sidecars = combine(sidecars, request, 1)
      startUp = larger(startUp, sidecars)
    } else startUp = larger(startUp, combine(request, sidecars, 1))
  }
  return combine(larger(total, startUp), parseResources(spec.overhead), 1)
}

const requestOf = (container: Container, missing: Resources): Resources =>
  parseResources(container.resources?.requests, missing)
