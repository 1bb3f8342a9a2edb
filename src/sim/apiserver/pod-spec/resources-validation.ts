// Validation of resource requests and limits. Models ValidateContainerResourceRequirements upstream; leaves
// out claims (dynamic resource allocation).
import type { FieldError, FieldPath } from '../../api/field-errors.ts'
import { invalid, required } from '../../api/field-errors.ts'
import { isQualifiedName } from '../../api/name-formats.ts'
import type { ResourceRequirements } from '../../api/objects.ts'
import { compareQuantities, quantity } from '../../api/quantity.ts'

const STANDARD_CONTAINER_RESOURCES: readonly string[] = ['cpu', 'memory', 'ephemeral-storage']

const QUOTA_RESOURCES: readonly string[] = [
  'configmaps',
  'persistentvolumeclaims',
  'pods',
  'replicationcontrollers',
  'requests.storage',
  'resourcequotas',
  'secrets',
  'services',
  'services.loadbalancers',
  'services.nodeports',
  'storage',
]

export function validateResources(
  resources: ResourceRequirements | undefined,
  path: FieldPath,
): FieldError[] {
  if (resources === undefined) return []
  const errors: FieldError[] = []
  const limits = resources.limits ?? {}
  const requests = resources.requests ?? {}
  for (const name of Object.keys(limits)) {
    errors.push(...validateAmount(name, limits[name] ?? '0', path.child('limits').key(name)))
  }
  for (const name of Object.keys(requests)) {
    const request = requests[name] ?? '0'
    const amountErrors = validateAmount(name, request, path.child('requests').key(name))
    errors.push(...amountErrors)
    if (amountErrors.length === 0) errors.push(...validateAgainstLimit(name, request, limits[name], path))
  }
  return errors
}

function validateAgainstLimit(
  name: string,
  request: string,
  limit: string | undefined,
  path: FieldPath,
): FieldError[] {
  const overcommit = isOvercommitAllowed(name)
  if (limit === undefined) {
    if (overcommit) return []
    return [required(path.child('limits'), 'Limit must be set for non overcommitable resources')]
  }
  const order = request === limit ? 0 : compareQuantities(quantity(request), quantity(limit))
  if (order !== 0 && !overcommit) {
    return [invalid(path.child('requests'), request, `must be equal to ${name} limit of ${limit}`)]
  }
  if (order > 0) {
    return [
      invalid(path.child('requests'), request, `must be less than or equal to ${name} limit of ${limit}`),
    ]
  }
  return []
}

function validateAmount(name: string, amount: string, path: FieldPath): FieldError[] {
  const errors: FieldError[] = isQualifiedName(name).map((message) => invalid(path, name, message))
  if (!name.includes('/') && !isResourceOfContainers(name)) {
    if (errors.length === 0 && !isStandardResource(name))
      errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'))
    errors.push(invalid(path, name, 'must be a standard resource for containers'))
  }
  if (amount.startsWith('-')) errors.push(invalid(path, amount, 'must be greater than or equal to 0'))
  if (!isFractionAllowed(name) && quantity(amount).nano % 1_000_000_000n !== 0n)
    errors.push(invalid(path, amount, 'must be an integer'))
  return errors
}

function isResourceOfContainers(name: string): boolean {
  return STANDARD_CONTAINER_RESOURCES.includes(name) || name.startsWith('hugepages-')
}

/** What a quota may count is a standard resource too, though no container has it. */
function isStandardResource(name: string): boolean {
  const ofQuota = /^(?:requests|limits)\.(cpu|memory|ephemeral-storage)$/.test(name)
  return ofQuota || name.startsWith('requests.hugepages-') || QUOTA_RESOURCES.includes(name)
}

/** Resources of Kubernetes itself may be promised beyond what is there; extended ones and huge pages not. */
function isOvercommitAllowed(name: string): boolean {
  const native = !name.includes('/') || name.startsWith('kubernetes.io/')
  return native && !name.startsWith('hugepages-')
}

function isFractionAllowed(name: string): boolean {
  return !name.includes('/') || name.startsWith('kubernetes.io/')
}
