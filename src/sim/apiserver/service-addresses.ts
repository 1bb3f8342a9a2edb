// Cluster addresses and node ports of Services. What is taken follows from the Services themselves (the watch cache),
// plus what requests under way have claimed. Models kubernetes/pkg/registry/core/service (alloc.go, ipallocator,
// portallocator) for IPv4 without IPAddress objects; several apiservers could claim the same address at one moment.
import type { FieldError } from '../api/field-errors.ts'
import { FieldPath, invalid } from '../api/field-errors.ts'
import type { KubeObject, Service, ServicePort } from '../api/objects.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'

/** 10.96.0.0/12: the first address belongs to `kubernetes`. */
const NETWORK = 10 * 16_777_216 + 96 * 65_536
const RANGE_SIZE = 1_048_576
/** The first addresses of the range are for those who ask for one by name. */
const RESERVED = 256
export const KUBERNETES_ADDRESS = addressText(1)

const FIRST_PORT = 30_000
const PORTS = 2_768
const RESERVED_PORTS = 86

export interface ServiceAddresses {
  /** By address: the Service that has it. */
  readonly addresses: CowMap<string>
  /** By `TCP/30000`: the Service that has it. */
  readonly ports: CowMap<string>
}

export type AddressResult =
  | { readonly ok: true; readonly service: KubeObject }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

export const serviceAddresses = (): ServiceAddresses => ({
  addresses: cowMap<string>(),
  ports: cowMap<string>(),
})

const SPEC = FieldPath.root('spec')

const ownerOf = (service: KubeObject): string =>
  `${service.metadata.namespace ?? ''}/${service.metadata.name}`

/** Gives a Service what it lacks, and claims what it asks for. `old` is what it was before an update. */
export function allocate(
  state: ServiceAddresses,
  object: KubeObject,
  old: KubeObject | null,
  random: () => number,
): AddressResult {
  const service = object as Service
  const owner = ownerOf(service)
  const address = allocateAddress(state, service, owner, random)
  if ('error' in address) return { ok: false, errors: [address.error] }
  const ports = allocatePorts(state, address.service, owner, random)
  if ('error' in ports) {
    release(state, address.service, old)
    return { ok: false, errors: [ports.error] }
  }
  return { ok: true, service: ports.service }
}

type Step = { readonly service: Service } | { readonly error: FieldError }

function allocateAddress(
  state: ServiceAddresses,
  service: Service,
  owner: string,
  random: () => number,
): Step {
  const { spec } = service
  if (spec.type === 'ExternalName') return { service }
  const { clusterIP = '' } = spec
  if (clusterIP === 'None') return { service }
  if (clusterIP !== '') {
    const error = claimAddress(state, clusterIP, owner)
    return error === undefined ? { service } : { error }
  }
  const first = RESERVED + Math.floor(random() * (RANGE_SIZE - 1 - RESERVED))
  for (let i = 0; i < RANGE_SIZE; i++) {
    const offset = RESERVED + ((first - RESERVED + i) % (RANGE_SIZE - 1 - RESERVED))
    const address = addressText(offset)
    if (state.addresses.has(address)) continue
    state.addresses.set(address, owner)
    return { service: { ...service, spec: { ...spec, clusterIP: address, clusterIPs: [address] } } }
  }
  return { error: invalid(SPEC.child('clusterIPs').index(0), '', 'failed to allocate IP: range is full') }
}

function claimAddress(state: ServiceAddresses, address: string, owner: string): FieldError | undefined {
  const holder = state.addresses.get(address)
  if (holder === owner) return undefined
  const path = SPEC.child('clusterIPs').index(0)
  if (holder !== undefined)
    return invalid(
      path,
      [address],
      'failed to allocate IP '.concat(address, ': provided IP is already allocated'),
    )
  if (!isInRange(address)) {
    const detail = `failed to allocate IP ${address}: the provided network does not match the current range`
    return invalid(path, [address], detail)
  }
  state.addresses.set(address, owner)
  return undefined
}

function allocatePorts(state: ServiceAddresses, service: Service, owner: string, random: () => number): Step {
  const { spec } = service
  const wanted =
    spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
  if (!wanted || spec.ports === undefined) return { service }
  const ports: ServicePort[] = []
  for (const [index, port] of spec.ports.entries()) {
    const protocol = port.protocol ?? 'TCP'
    const number = (port.nodePort ?? 0) === 0 ? freePort(state, protocol, random) : (port.nodePort ?? 0)
    const key = `${protocol}/${number}`
    const holder = state.ports.get(key)
    const path = SPEC.child('ports').index(index).child('nodePort')
    if (holder !== undefined && holder !== owner)
      return { error: invalid(path, number, 'provided port is already allocated') }
    if (number < FIRST_PORT || number >= FIRST_PORT + PORTS)
      return {
        error: invalid(
          path,
          number,
          'provided port is not in the valid range. The range of valid ports is 30000-32767',
        ),
      }
    state.ports.set(key, owner)
    ports.push(port.nodePort === number ? port : { ...port, nodePort: number })
  }
  return { service: { ...service, spec: { ...spec, ports } } }
}

/** A free port, at random from the upper part of the range; 0 when there is none. */
function freePort(state: ServiceAddresses, protocol: string, random: () => number): number {
  const span = PORTS - RESERVED_PORTS
  const first = Math.floor(random() * span)
  for (let i = 0; i < span; i++) {
    const port = FIRST_PORT + RESERVED_PORTS + ((first + i) % span)
    if (!state.ports.has(`${protocol}/${port}`)) return port
  }
  return 0
}

/** Gives back what a Service holds, except what `keep` holds too. */
export function release(state: ServiceAddresses, object: KubeObject, keep: KubeObject | null): void {
  const kept = keep === null ? NOTHING_HELD : holdings(keep as Service)
  const held = holdings(object as Service)
  const owner = ownerOf(object)
  for (const address of held.addresses)
    if (!kept.addresses.includes(address) && state.addresses.get(address) === owner)
      state.addresses.delete(address)
  for (const port of held.ports)
    if (!kept.ports.includes(port) && state.ports.get(port) === owner) state.ports.delete(port)
}

/** Takes note of a stored Service. */
export function claim(state: ServiceAddresses, object: KubeObject): void {
  const { addresses, ports } = holdings(object as Service)
  const owner = ownerOf(object)
  for (const address of addresses) state.addresses.set(address, owner)
  for (const port of ports) state.ports.set(port, owner)
}

interface Holdings {
  readonly addresses: readonly string[]
  readonly ports: readonly string[]
}

const NOTHING_HELD: Holdings = Object.freeze({ addresses: Object.freeze([]), ports: Object.freeze([]) })

function holdings({ spec }: Service): Holdings {
  const address = spec.clusterIP ?? ''
  const ports = (spec.ports ?? []).filter((port) => (port.nodePort ?? 0) !== 0)
  return {
    addresses: address === '' || address === 'None' ? [] : [address],
    ports: ports.map((port) => `${port.protocol ?? 'TCP'}/${port.nodePort}`),
  }
}

function addressText(offset: number): string {
  const value = NETWORK + offset
  return `${Math.floor(value / 16_777_216)}.${Math.floor(value / 65_536) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`
}

function isInRange(address: string): boolean {
  const parts = address.split('.').map(Number)
  const [a = 0, b = 0, c = 0, d = 0] = parts
  const offset = a * 16_777_216 + b * 65_536 + c * 256 + d - NETWORK
  return parts.length === 4 && offset > 0 && offset < RANGE_SIZE - 1
}
