// EndpointSlice. Models kubernetes/pkg/registry/discovery/endpointslice and its validation.
import type { FieldError } from '../../api/field-errors.ts'
import { duplicate, FieldPath, invalid, notSupported, required, tooMany } from '../../api/field-errors.ts'
import { isIPv4, isIPv6 } from '../../api/ip-formats.ts'
import { semanticEqual } from '../../api/json.ts'
import { isDNS1123Subdomain } from '../../api/name-formats.ts'
import type { EndpointSlice } from '../../api/objects.ts'
import { PROTOCOLS } from '../pod-spec/container-validation.ts'
import { change, fill, mapShared } from '../pod-spec/fill.ts'
import { AGE_COLUMN, ageOf, NAME_COLUMN, text } from './runtime/columns.ts'
import { bumpGeneration, defineKind, withMeta } from './runtime/kind-definition.ts'
import { immutableField, isBlank } from './runtime/object-meta.ts'

const MAX_ENDPOINTS = 1000
const MAX_PORTS = 20_000
const SHOWN = 3
const ADDRESS_TYPE = FieldPath.root('addressType')
const ENDPOINTS = FieldPath.root('endpoints')
const PORTS = FieldPath.root('ports')

export const endpointSliceKind = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  namespaced: true,
  columns: [NAME_COLUMN, text('AddressType'), text('Ports'), text('Endpoints'), AGE_COLUMN],
  applyDefaults: (slice) => {
    const filled = fill(slice, { endpoints: [] })
    if (filled.ports === undefined) return filled
    return change(
      filled,
      'ports',
      mapShared(filled.ports, (port) => fill(port, { name: '', protocol: 'TCP' })),
    )
  },
  prepareForCreate: (slice) => withMeta(slice, { generation: 1 }),
  prepareForUpdate: (slice, old) => {
    const changed =
      !semanticEqual(slice.endpoints, old.endpoints) ||
      !semanticEqual(slice.ports, old.ports) ||
      !semanticEqual(slice.metadata.labels, old.metadata.labels) ||
      !semanticEqual(slice.metadata.annotations, old.metadata.annotations)
    return bumpGeneration(slice, old, changed)
  },
  validate: validateSlice,
  validateUpdate: (slice, old) => [
    ...validateSlice(slice),
    ...immutableField(slice.addressType, old.addressType, ADDRESS_TYPE),
  ],
  row: (slice, now) => [
    slice.metadata.name,
    slice.addressType,
    portsText(slice),
    endpointsText(slice),
    ageOf(slice, now),
  ],
})

function validateSlice(slice: EndpointSlice): FieldError[] {
  const errors: FieldError[] = []
  const types: readonly string[] = ['FQDN', 'IPv4', 'IPv6']
  if (isBlank(slice.addressType)) errors.push(required(ADDRESS_TYPE))
  else if (!types.includes(slice.addressType))
    errors.push(notSupported(ADDRESS_TYPE, slice.addressType, types))
  if (slice.endpoints.length > MAX_ENDPOINTS)
    errors.push(tooMany(ENDPOINTS, slice.endpoints.length, MAX_ENDPOINTS))
  slice.endpoints.forEach((endpoint, index) => {
    const at = ENDPOINTS.index(index).child('addresses')
    const addresses = endpoint.addresses ?? []
    if (addresses.length === 0) errors.push(required(at, 'must contain at least 1 address'))
    addresses.forEach((address, position) => {
      const message = addressError(slice.addressType, address)
      if (message !== undefined) errors.push(invalid(at.index(position), address, message))
    })
  })
  const ports = slice.ports ?? []
  if (ports.length > MAX_PORTS) errors.push(tooMany(PORTS, ports.length, MAX_PORTS))
  const names = new Set<string>()
  ports.forEach((port, index) => {
    const name = port.name ?? ''
    if (names.has(name)) errors.push(duplicate(PORTS.index(index).child('name'), name))
    names.add(name)
    if (port.protocol !== undefined && !PROTOCOLS.includes(port.protocol)) {
      errors.push(notSupported(PORTS.index(index).child('protocol'), port.protocol, PROTOCOLS))
    }
  })
  return errors
}

function addressError(type: string, address: string): string | undefined {
  if (type === 'IPv4') return isIPv4(address) ? undefined : 'must be a valid IPv4 address'
  if (type === 'IPv6') return isIPv6(address) ? undefined : 'must be a valid IPv6 address'
  return isDNS1123Subdomain(address)[0]
}

function portsText(slice: EndpointSlice): string {
  return shortened(
    (slice.ports ?? []).map((port) => String(port.port ?? '*')),
    '<unset>',
  )
}

function endpointsText(slice: EndpointSlice): string {
  return shortened(
    slice.endpoints.flatMap((endpoint) => endpoint.addresses),
    '<unset>',
  )
}

function shortened(items: readonly string[], empty: string): string {
  if (items.length === 0) return empty
  const rest = items.length > SHOWN ? ` + ${items.length - SHOWN} more...` : ''
  return `${items.slice(0, SHOWN).join(',')}${rest}`
}
