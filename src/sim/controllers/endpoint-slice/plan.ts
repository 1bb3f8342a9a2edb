// Which slices to create, change and delete so that they hold just the desired endpoints, with as few writes as can be.
// Models reconcileByPortMapping of k8s.io/endpointslice/reconciler.go.
import { deepEqual } from '../../api/json.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/objects.ts'

export const MAX_ENDPOINTS = 100

/** The endpoints that are served on the same ports: they share slices. */
export interface PortGroup {
  readonly ports: readonly EndpointPort[]
  readonly endpoints: readonly Endpoint[]
}

export interface NewSlice {
  readonly ports: readonly EndpointPort[]
  readonly endpoints: readonly Endpoint[]
}

export interface Plan {
  readonly create: readonly NewSlice[]
  readonly update: readonly EndpointSlice[]
  readonly delete: readonly EndpointSlice[]
}

const addressOf = (endpoint: Endpoint): string => endpoint.addresses[0] ?? ''

export function planSlices(groups: readonly PortGroup[], existing: readonly EndpointSlice[]): Plan {
  const create: NewSlice[] = []
  const update: EndpointSlice[] = []
  const remove: EndpointSlice[] = []
  const unclaimed = new Set(existing)
  for (const group of groups) {
    const own = existing.filter((slice) => deepEqual(slice.ports ?? [], group.ports))
    for (const slice of own) unclaimed.delete(slice)
    const plan = planGroup(group, own)
    create.push(...plan.create)
    update.push(...plan.update)
    remove.push(...plan.delete)
  }
  remove.push(...unclaimed)
  const left = existing.length - remove.length
  if (left + create.length > 0) return { create, update, delete: remove }
  // A Service without endpoints keeps one empty slice, so that its consumers know that it has none.
  const [spare, ...rest] = remove
  if (spare === undefined) return { create: [{ ports: [], endpoints: [] }], update, delete: [] }
  const emptied = spare.endpoints.length === 0 && (spare.ports ?? []).length === 0
  return {
    create,
    update: emptied ? update : [...update, { ...spare, endpoints: [], ports: [] }],
    delete: rest,
  }
}

function planGroup({ ports, endpoints }: PortGroup, own: readonly EndpointSlice[]): Plan {
  const desired = new Map(endpoints.map((endpoint) => [addressOf(endpoint), endpoint]))
  const changed: EndpointSlice[] = []
  const untouched: EndpointSlice[] = []
  const remove: EndpointSlice[] = []
  for (const slice of own) {
    const kept: Endpoint[] = []
    let differs = false
    for (const endpoint of slice.endpoints) {
      const now = desired.get(addressOf(endpoint))
      desired.delete(addressOf(endpoint))
      if (now === undefined || !deepEqual(now, endpoint)) differs = true
      if (now !== undefined) kept.push(now)
    }
    if (kept.length === 0) remove.push(slice)
    else if (differs) changed.push({ ...slice, endpoints: kept })
    else untouched.push(slice)
  }
  let rest = [...desired.values()]
  // What is written anyway is filled first; then one slice that has room for all; what is left gets slices of its own.
  const update = changed.map((slice) => {
    const room = MAX_ENDPOINTS - slice.endpoints.length
    const filled = { ...slice, endpoints: [...slice.endpoints, ...rest.slice(0, room)] }
    rest = rest.slice(room)
    return filled
  })
  const candidates = untouched.filter((slice) => slice.endpoints.length + rest.length <= MAX_ENDPOINTS)
  const fullest = candidates.reduce<EndpointSlice | undefined>(
    (best, slice) => (best === undefined || slice.endpoints.length > best.endpoints.length ? slice : best),
    undefined,
  )
  if (rest.length > 0 && fullest !== undefined) {
    update.push({ ...fullest, endpoints: [...fullest.endpoints, ...rest] })
    rest = []
  }
  const reused = remove.splice(0, Math.ceil(rest.length / MAX_ENDPOINTS))
  for (const slice of reused) {
    update.push({ ...slice, endpoints: rest.slice(0, MAX_ENDPOINTS) })
    rest = rest.slice(MAX_ENDPOINTS)
  }
  const create: NewSlice[] = []
  for (let start = 0; start < rest.length; start += MAX_ENDPOINTS) {
    create.push({ ports, endpoints: rest.slice(start, start + MAX_ENDPOINTS) })
  }
  return { create, update, delete: remove }
}
